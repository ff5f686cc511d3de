//! How each description was read: as it comes from datamining, and as CSV.

use futures::Stream;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::CodedDescription;

use crate::access::Owned;
use crate::clients::about;
use crate::error::Result;
use crate::services::export::{csv, guarded};
use crate::state::Gateway;

/// What stands between attributes in one cell.
const BETWEEN: &str = " | ";

/// New ones come at the end, so that who reads by place goes on.
const COLUMNS: [&str; 13] = [
    "stimulus",
    "description",
    "count",
    "words",
    "right",
    "wrong",
    "not_annotated",
    "ignored",
    "verdict",
    "distinguishing",
    "smallest",
    "superfluous",
    "confusable",
];

/// Some descriptions of one stimulus.
pub(crate) use datamining::ListCodedDescriptionsResponse as Coded;

/// The descriptions of all annotated stimuli, each with how it was read.
pub(crate) async fn coded(
    gateway: &Gateway,
    owned: &Owned,
) -> Result<impl Stream<Item = Result<Coded>> + Send + 'static + use<>> {
    let request = datamining::ListCodedDescriptionsRequest { experiment_id: owned.id().to_string() };
    let mut client = gateway.clients.descriptions.clone();
    let mut stream = client.list_coded_descriptions(about(owned.id(), request)).await?.into_inner();
    Ok(async_stream::try_stream! {
        while let Some(message) = stream.message().await? {
            yield message;
        }
    })
}

/// The same as CSV, piece by piece; the first one is the header.
pub(crate) async fn coded_csv(
    gateway: &Gateway,
    owned: &Owned,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static + use<>> {
    let pieces = coded(gateway, owned).await?;
    Ok(async_stream::try_stream! {
        yield csv([COLUMNS.map(str::to_owned)])?;
        for await piece in pieces {
            let Coded { stimulus, descriptions, .. } = piece?;
            yield csv(descriptions.iter().map(|coded| row(&stimulus, coded)))?;
        }
    })
}

fn row(stimulus: &str, coded: &CodedDescription) -> [String; COLUMNS.len()] {
    let read_as = |reading: &str| {
        let mentions = coded.mentions.iter().filter(|mention| mention.reading == reading);
        let attributes: Vec<&str> = mentions.map(|mention| mention.attribute.as_str()).collect();
        guarded(&attributes.join(BETWEEN))
    };
    [
        guarded(stimulus),
        guarded(&coded.description),
        coded.count.to_string(),
        coded.words.to_string(),
        read_as("right"),
        read_as("wrong"),
        read_as("not_annotated"),
        read_as("ignored"),
        coded.verdict.clone(),
        coded.distinguishing.to_string(),
        coded.smallest.map_or_else(String::new, |smallest| smallest.to_string()),
        guarded(&coded.superfluous.join(BETWEEN)),
        coded.confusable.to_string(),
    ]
}
