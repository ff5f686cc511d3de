output "address" {
  description = "Where it is; let the name of your installation point there."
  value       = var.elastic_ip ? aws_eip.nameit[0].public_ip : aws_instance.nameit.public_ip
}

output "instance_id" {
  description = "What AWS calls it."
  value       = aws_instance.nameit.id
}

output "inventory" {
  description = "For Ansible: terraform output -raw inventory >../ansible/inventory/terraform.yml"
  value = yamlencode({
    nameit = {
      hosts = {
        (aws_instance.nameit.id) = {
          ansible_host = var.elastic_ip ? aws_eip.nameit[0].public_ip : aws_instance.nameit.public_ip
          ansible_user = "admin"
        }
      }
    }
  })
}
