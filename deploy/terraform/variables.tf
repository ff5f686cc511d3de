variable "name" {
  description = "The name of the instance, and of what belongs to it."
  type        = string
  default     = "nameit"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "Where the machine stands."
  type        = string
  default     = "eu-central-1"
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Name a region, for example eu-central-1."
  }
}

variable "instance_type" {
  description = "Two cores and 4 GiB are enough for several hundred participants at once."
  type        = string
  default     = "t3.medium"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9]+$", var.instance_type))
    error_message = "Name an instance type, for example t3.medium."
  }
}

variable "admin_cidrs" {
  description = "From where SSH is allowed: your own addresses, never everybody."
  type        = list(string)
  validation {
    condition     = length(var.admin_cidrs) > 0 && alltrue([for cidr in var.admin_cidrs : can(cidrnetmask(cidr))])
    error_message = "Give at least one IPv4 network, for example [\"203.0.113.7/32\"]."
  }
  validation {
    condition     = alltrue([for cidr in var.admin_cidrs : !endswith(cidr, "/0")])
    error_message = "SSH is not opened to everybody."
  }
}

variable "public_key" {
  description = "The public key that is put on the machine."
  type        = string
  validation {
    condition     = can(regex("^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp[0-9]+) [A-Za-z0-9+/=]+", var.public_key))
    error_message = "Give the content of a public key, for example of ~/.ssh/id_ed25519.pub."
  }
}

variable "image" {
  description = "An image of your own choice; empty: the newest Debian 13 at the first run."
  type        = string
  default     = ""
  validation {
    condition     = var.image == "" || can(regex("^ami-[0-9a-f]+$", var.image))
    error_message = "An image is named ami-…"
  }
}

variable "root_gib" {
  description = "Size of the root disk, which is always encrypted."
  type        = number
  default     = 40
  validation {
    condition     = var.root_gib >= 20 && var.root_gib <= 16384
    error_message = "Between 20 and 16384 GiB."
  }
}

variable "kms_key" {
  description = "The key that encrypts the disk; empty: the account's default key."
  type        = string
  default     = ""
}

variable "subnet" {
  description = "A public subnet; empty: one of the account's default network."
  type        = string
  default     = ""
}

variable "instance_profile" {
  description = "A role for the machine, for example to write backups to a bucket without keys on its disk; empty: none."
  type        = string
  default     = ""
}

variable "elastic_ip" {
  description = "Whether it gets an address that stays when it is stopped."
  type        = bool
  default     = true
}

variable "termination_protection" {
  description = "Against deletion by accident; set it to false and apply before you destroy."
  type        = bool
  default     = true
}

variable "tags" {
  description = "More tags for everything that is made."
  type        = map(string)
  default     = {}
}
