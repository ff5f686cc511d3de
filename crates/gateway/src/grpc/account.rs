//! Accounts of researchers and their tokens.

use nameit_domain::session::SessionKind;
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_proto::api::v1::{
    CreateAccountRequest, CreateAccountResponse, CreateTokenRequest, CreateTokenResponse, DeleteTokenRequest,
    DeleteTokenResponse, GetMeRequest, GetMeResponse, ListTokensRequest, ListTokensResponse,
    RevokeTokenRequest, RevokeTokenResponse, Token, UpdateMeRequest, UpdateMeResponse,
    account_service_server::AccountService,
};
use nameit_proto::convert::timestamp_to_wire;
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::error::Error;
use crate::services::account::{self, NewAccount, ProfileChange};
use crate::services::token;

#[tonic::async_trait]
impl AccountService for Api {
    async fn create_account(
        &self,
        request: Request<CreateAccountRequest>,
    ) -> Result<Response<CreateAccountResponse>, Status> {
        let message = request.into_inner();
        let new = NewAccount {
            handle: Handle::parse(&message.handle).map_err(Error::from)?,
            password: message.password,
            display_name: DisplayName::parse(&message.display_name).map_err(Error::from)?,
            affiliation: Affiliation::parse(&message.affiliation).map_err(Error::from)?,
        };
        let researcher = account::create(&self.gateway, new).await?;
        Ok(Response::new(CreateAccountResponse { researcher: Some(researcher.into()) }))
    }

    async fn create_token(
        &self,
        request: Request<CreateTokenRequest>,
    ) -> Result<Response<CreateTokenResponse>, Status> {
        let CreateTokenRequest { handle, password, label } = request.into_inner();
        let (_, new) = account::sign_in(&self.gateway, &handle, password, SessionKind::Token, &label).await?;
        Ok(Response::new(CreateTokenResponse {
            token: new.secret,
            expires_at: Some(timestamp_to_wire(new.session.expires_at)),
        }))
    }

    async fn delete_token(
        &self,
        request: Request<DeleteTokenRequest>,
    ) -> Result<Response<DeleteTokenResponse>, Status> {
        account::sign_out(&self.gateway, &actor(&request)?).await?;
        Ok(Response::new(DeleteTokenResponse {}))
    }

    async fn list_tokens(
        &self,
        request: Request<ListTokensRequest>,
    ) -> Result<Response<ListTokensResponse>, Status> {
        let tokens = token::list(&self.gateway, &actor(&request)?).await?;
        let tokens = tokens.into_iter().map(to_wire).collect();
        Ok(Response::new(ListTokensResponse { tokens }))
    }

    async fn revoke_token(
        &self,
        request: Request<RevokeTokenRequest>,
    ) -> Result<Response<RevokeTokenResponse>, Status> {
        let actor = actor(&request)?;
        token::revoke(&self.gateway, &actor, &request.into_inner().id).await?;
        Ok(Response::new(RevokeTokenResponse {}))
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Result<Response<GetMeResponse>, Status> {
        let researcher = actor(&request)?.researcher;
        Ok(Response::new(GetMeResponse { researcher: Some(researcher.into()) }))
    }

    async fn update_me(
        &self,
        request: Request<UpdateMeRequest>,
    ) -> Result<Response<UpdateMeResponse>, Status> {
        let actor = actor(&request)?;
        let message = request.into_inner();
        let change = ProfileChange {
            display_name: message
                .display_name
                .as_deref()
                .map(DisplayName::parse)
                .transpose()
                .map_err(Error::from)?,
            affiliation: message
                .affiliation
                .as_deref()
                .map(Affiliation::parse)
                .transpose()
                .map_err(Error::from)?,
            biography: message.biography.as_deref().map(Biography::parse).transpose().map_err(Error::from)?,
        };
        let researcher = account::update(&self.gateway, &actor, change).await?;
        Ok(Response::new(UpdateMeResponse { researcher: Some(researcher.into()) }))
    }
}

fn to_wire(token: token::Token) -> Token {
    Token {
        id: token.id,
        label: token.label,
        created_at: Some(timestamp_to_wire(token.created_at)),
        expires_at: Some(timestamp_to_wire(token.expires_at)),
    }
}
