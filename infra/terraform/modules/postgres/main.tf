terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_db_subnet_group" "this" {
  name_prefix = "seatgrid-"
  subnet_ids  = var.subnet_ids
}

resource "aws_security_group" "this" {
  name_prefix = "seatgrid-postgres-"
  description = "PostgreSQL, from the centre alone"
  vpc_id      = var.vpc_id

  ingress {
    description     = "the centre"
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = var.client_security_group_ids
  }
}

resource "aws_db_instance" "this" {
  identifier_prefix           = "seatgrid-"
  engine                      = "postgres"
  engine_version              = "18"
  instance_class              = var.size
  allocated_storage           = var.disk_gigabytes
  storage_encrypted           = true
  db_name                     = "seatgrid"
  username                    = "seatgrid_owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.this.name
  vpc_security_group_ids      = [aws_security_group.this.id]
  multi_az                    = var.is_redundant
  backup_retention_period     = 14
  deletion_protection         = true
  copy_tags_to_snapshot       = true
}
