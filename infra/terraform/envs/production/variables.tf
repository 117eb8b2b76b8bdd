variable "region" {
  description = "AWS region"
  type        = string
}

variable "vpc_id" {
  description = "Network"
  type        = string
}

variable "public_subnet_id" {
  description = "Subnet of centre and nodes"
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets of PostgreSQL and Redis, in two zones"
  type        = list(string)
}

variable "image_id" {
  description = "Debian 12 image"
  type        = string
}

variable "instance_profile" {
  description = "Profile that may read the secrets"
  type        = string
}

variable "repository" {
  description = "Where to clone Seatgrid from"
  type        = string
}

variable "release" {
  description = "Tag to run"
  type        = string
}

variable "centre_url" {
  description = "Public address of the centre, https"
  type        = string
}

variable "centre_secret_id" {
  description = "Secret with DATABASE_URL, SESSION_KEY, CENTRE_OPERATOR_EMAIL, CENTRE_OPERATOR_PASSWORD"
  type        = string
}

variable "nodes" {
  description = "Edge nodes by name; the secret holds SEATGRID_ENROL_TOKEN for the first start"
  type = map(object({
    size           = string
    disk_gigabytes = number
    public_address = string
    desk_url       = string
    trunk_sources  = list(string)
    secret_id      = string
  }))
}
