terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name       = "seatgrid"
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name_prefix = "seatgrid-redis-"
  description = "Redis, from the centre alone"
  vpc_id      = var.vpc_id

  ingress {
    description     = "the centre"
    protocol        = "tcp"
    from_port       = 6379
    to_port         = 6379
    security_groups = var.client_security_group_ids
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = "seatgrid"
  description                = "Bus between centre replicas; holds nothing that cannot be lost"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.size
  num_cache_clusters         = var.is_redundant ? 2 : 1
  automatic_failover_enabled = var.is_redundant
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
}
