terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_security_group" "this" {
  name_prefix = "seatgrid-${var.name}-"
  description = "Seatgrid ${var.name}"
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = var.openings
    content {
      description = ingress.value.purpose
      protocol    = ingress.value.protocol
      from_port   = ingress.value.from_port
      to_port     = ingress.value.to_port
      cidr_blocks = ingress.value.sources
    }
  }

  egress {
    description = "everything outwards"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_instance" "this" {
  ami                    = var.image_id
  instance_type          = var.size
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [aws_security_group.this.id]
  iam_instance_profile   = var.instance_profile

  user_data = templatefile("${path.module}/cloud-init.yaml.tftpl", {
    role        = var.role
    repository  = var.repository
    release     = var.release
    environment = var.environment
    secret_id   = var.secret_id
  })

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted   = true
    volume_size = var.disk_gigabytes
  }

  tags = { Name = "seatgrid-${var.name}" }
}
