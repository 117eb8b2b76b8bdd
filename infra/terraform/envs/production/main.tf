terraform {
  required_version = ">= 1.6"
}

provider "aws" {
  region = var.region
}

locals {
  everywhere = ["0.0.0.0/0"]
}

module "centre" {
  source = "../../modules/machine"

  name             = "centre"
  role             = "centre"
  image_id         = var.image_id
  size             = "t3.large"
  disk_gigabytes   = 40
  vpc_id           = var.vpc_id
  subnet_id        = var.public_subnet_id
  instance_profile = var.instance_profile
  repository       = var.repository
  release          = var.release
  secret_id        = var.centre_secret_id

  environment = {
    CENTRE_HOST   = "127.0.0.1"
    CENTRE_PORT   = "8080"
    CENTRE_SECURE = "yes"
    CENTRE_DATA   = "/var/lib/seatgrid/centre"
    REDIS_URL     = module.redis.url
  }

  openings = [
    { purpose = "HTTPS, by the proxy in front", protocol = "tcp", from_port = 443, to_port = 443, sources = local.everywhere },
  ]
}

module "node" {
  source   = "../../modules/machine"
  for_each = var.nodes

  name             = each.key
  role             = "edge-node"
  image_id         = var.image_id
  size             = each.value.size
  disk_gigabytes   = each.value.disk_gigabytes
  vpc_id           = var.vpc_id
  subnet_id        = var.public_subnet_id
  instance_profile = var.instance_profile
  repository       = var.repository
  release          = var.release
  secret_id        = each.value.secret_id

  environment = {
    SEATGRID_CENTRE_URL     = var.centre_url
    SEATGRID_NODE_DATA      = "/var/lib/seatgrid/node"
    SEATGRID_SIP_ADDRESS    = "0.0.0.0"
    SEATGRID_SIP_ADVERTISED = each.value.public_address
    SEATGRID_DESK_URL       = each.value.desk_url
    SEATGRID_RTP_PORTS      = "20000-29999"
    SEATGRID_WEBRTC_PORTS   = "30000-30100"
  }

  openings = [
    { purpose = "SIP over UDP from trunks", protocol = "udp", from_port = 5060, to_port = 5060, sources = each.value.trunk_sources },
    { purpose = "SIP over TCP from trunks", protocol = "tcp", from_port = 5060, to_port = 5060, sources = each.value.trunk_sources },
    { purpose = "sound", protocol = "udp", from_port = 20000, to_port = 30100, sources = local.everywhere },
    { purpose = "desks, by the TLS proxy in front", protocol = "tcp", from_port = 443, to_port = 443, sources = local.everywhere },
  ]
}

module "postgres" {
  source = "../../modules/postgres"

  vpc_id                    = var.vpc_id
  subnet_ids                = var.private_subnet_ids
  client_security_group_ids = [module.centre.security_group_id]
  size                      = "db.m6g.large"
  disk_gigabytes            = 100
  is_redundant              = true
}

module "redis" {
  source = "../../modules/redis"

  vpc_id                    = var.vpc_id
  subnet_ids                = var.private_subnet_ids
  client_security_group_ids = [module.centre.security_group_id]
  size                      = "cache.t4g.small"
  is_redundant              = true
}

module "recordings" {
  source = "../../modules/recordings"

  kept_days = 400
}
