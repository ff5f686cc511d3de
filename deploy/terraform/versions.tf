terraform {
  required_version = ">= 1.9, < 2.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  # State holds no secret of NameIT, but the addresses of your machines: keep it in a bucket, not in git.
  # backend "s3" {}   # terraform init -backend-config=bucket=… -backend-config=key=nameit -backend-config=region=…
}

provider "aws" {
  region = var.region
  default_tags {
    tags = merge(var.tags, { Application = "nameit" })
  }
}
