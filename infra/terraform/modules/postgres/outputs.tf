output "endpoint" {
  description = "host:port"
  value       = aws_db_instance.this.endpoint
}

output "password_secret_arn" {
  description = "Where RDS keeps the owner's password"
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
