variable "kept_days" {
  description = "Recordings are removed after so many days"
  type        = number
}
