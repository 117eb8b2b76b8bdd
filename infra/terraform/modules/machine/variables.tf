variable "name" {
  description = "Name of this machine, unique in the installation"
  type        = string
}

variable "role" {
  description = "What it runs: centre or edge-node"
  type        = string

  validation {
    condition     = contains(["centre", "edge-node"], var.role)
    error_message = "A machine is a centre or an edge-node."
  }
}

variable "image_id" {
  description = "Debian 12 image"
  type        = string
}

variable "size" {
  description = "Instance type; two cores carry about 300 bridged calls, see bench/README.md"
  type        = string
}

variable "disk_gigabytes" {
  description = "Root disk; a node keeps recordings on it (about 15 MB an hour of talk)"
  type        = number
}

variable "vpc_id" {
  description = "Network"
  type        = string
}

variable "subnet_id" {
  description = "Subnet"
  type        = string
}

variable "instance_profile" {
  description = "Profile that may read the secret"
  type        = string
}

variable "repository" {
  description = "Where to clone Seatgrid from"
  type        = string
}

variable "release" {
  description = "Tag or branch to run"
  type        = string
}

variable "environment" {
  description = "Environment of the process, without secrets"
  type        = map(string)
}

variable "secret_id" {
  description = "Secrets Manager secret whose JSON fields become environment variables"
  type        = string
}

variable "openings" {
  description = "Ports open to the outside"
  type = list(object({
    purpose   = string
    protocol  = string
    from_port = number
    to_port   = number
    sources   = list(string)
  }))
}
