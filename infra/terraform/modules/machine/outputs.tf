output "security_group_id" {
  description = "For rules of what this machine reaches"
  value       = aws_security_group.this.id
}

output "private_ip" {
  description = "Address inside the network"
  value       = aws_instance.this.private_ip
}
