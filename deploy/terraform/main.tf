# One machine, the same as deploy/ansible/provision.yml makes. What runs on it is put there by deploy/ansible/site.yml.

data "aws_vpc" "default" {
  count   = var.subnet == "" ? 1 : 0
  default = true
}

data "aws_subnets" "default" {
  count = var.subnet == "" ? 1 : 0
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default[0].id]
  }
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

data "aws_subnet" "chosen" {
  id = var.subnet != "" ? var.subnet : sort(data.aws_subnets.default[0].ids)[0]
}

data "aws_ami" "debian" {
  count       = var.image == "" ? 1 : 0
  most_recent = true
  owners      = ["136693071363"]
  filter {
    name   = "name"
    values = ["debian-13-amd64-*"]
  }
}

resource "aws_security_group" "nameit" {
  name        = var.name
  description = "NameIT, the web for everybody, SSH for administrators"
  vpc_id      = data.aws_subnet.chosen.vpc_id
  tags        = { Name = var.name }
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = toset(var.admin_cidrs)
  security_group_id = aws_security_group.nameit.id
  description       = "SSH from administrators"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.nameit.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "everywhere" {
  security_group_id = aws_security_group.nameit.id
  description       = "Images, updates, certificates, a hosted database"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_key_pair" "administrators" {
  key_name   = var.name
  public_key = var.public_key
}

resource "aws_instance" "nameit" {
  ami                     = var.image != "" ? var.image : data.aws_ami.debian[0].id
  instance_type           = var.instance_type
  subnet_id               = data.aws_subnet.chosen.id
  vpc_security_group_ids  = [aws_security_group.nameit.id]
  key_name                = aws_key_pair.administrators.key_name
  iam_instance_profile    = var.instance_profile != "" ? var.instance_profile : null
  disable_api_termination = var.termination_protection

  # IMDSv2 alone, and not reachable from inside containers: they are one hop further away.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = var.root_gib
    encrypted             = true
    kms_key_id            = var.kms_key != "" ? var.kms_key : null
    delete_on_termination = true
  }

  tags        = { Name = var.name }
  volume_tags = merge(var.tags, { Name = var.name, Application = "nameit" })

  lifecycle {
    # A newer image is no reason to throw the machine away.
    ignore_changes = [ami]
  }
}

resource "aws_eip" "nameit" {
  count    = var.elastic_ip ? 1 : 0
  domain   = "vpc"
  instance = aws_instance.nameit.id
  tags     = { Name = var.name }
}
