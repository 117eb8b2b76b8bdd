variable "vpc_id" {
  description = "Network"
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones"
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Groups of the centre's machines"
  type        = list(string)
}

variable "size" {
  description = "Instance class"
  type        = string
}

variable "is_redundant" {
  description = "A standby in a second zone"
  type        = bool
}
