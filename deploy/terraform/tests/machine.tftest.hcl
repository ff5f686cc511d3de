# terraform test: plans with a provider that is not there. Needs the provider's schema, hence `terraform init`.
mock_provider "aws" {
  mock_data "aws_subnets" {
    defaults = { ids = ["subnet-2", "subnet-1"] }
  }
}

variables {
  admin_cidrs = ["203.0.113.0/29"]
  public_key  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dCB0aGlzIGlzIG5vIGtleSBvZiBhbnlib2R5 nobody"
}

run "as_it_is" {
  assert {
    condition     = aws_instance.nameit.metadata_options[0].http_tokens == "required"
    error_message = "IMDSv2 must be required."
  }
  assert {
    condition     = aws_instance.nameit.root_block_device[0].encrypted
    error_message = "The disk must be encrypted."
  }
  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.ssh : rule.cidr_ipv4] == ["203.0.113.0/29"]
    error_message = "SSH must be open to the administrators alone."
  }
  assert {
    condition     = yamldecode(output.inventory).nameit.hosts[output.instance_id].ansible_host == output.address
    error_message = "The inventory must name the address."
  }
}

run "ssh_for_everybody" {
  command = plan
  variables {
    admin_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.admin_cidrs]
}

run "no_administrators" {
  command = plan
  variables {
    admin_cidrs = []
  }
  expect_failures = [var.admin_cidrs]
}

run "a_private_key" {
  command = plan
  variables {
    public_key = "-----BEGIN OPENSSH PRIVATE KEY-----"
  }
  expect_failures = [var.public_key]
}
