#!/usr/bin/env python3
"""Plays deploy/ansible/provision.yml against a cloud that is not there (moto), and looks at what it made.

The first run makes everything, the second changes nothing, and the inventory finds the machine.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

PLAYBOOKS = Path(__file__).resolve().parents[2] / "deploy/ansible"
REGION = "eu-central-1"
ADMINISTRATORS = "203.0.113.0/29"
# moto gives an elastic address the tag type `vpc-elastic-ip`, AWS `elastic-ip`, which is what the module looks for. So
# against moto its tags look missing for ever; that the address itself stays is checked below.
UNFAITHFUL = "Give it an address that stays"


def play(environment, variables, *more):
    """Runs the playbook; gives what each task did."""
    done = subprocess.run(
        ["ansible-playbook", "-i", "localhost,", "provision.yml", "-e", json.dumps(variables), *more],
        cwd=PLAYBOOKS,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        result = json.loads(done.stdout[done.stdout.index("{") :])
    except ValueError:
        sys.exit(f"ansible-playbook gave no result:\n{done.stdout}\n{done.stderr}")
    return done.returncode, {
        task["task"]["name"]: task["hosts"]["localhost"] for task in result["plays"][0]["tasks"] if task["hosts"]
    }


def changed(tasks):
    """The tasks that changed something."""
    return {name for name, outcome in tasks.items() if outcome.get("changed")}


def check(holds, what):
    """Ends with `what` unless it holds."""
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"  {what}")


def look(ec2):
    """What is there now, as AWS would describe it."""
    [reservation] = ec2.describe_instances(
        Filters=[{"Name": "tag:Application", "Values": ["nameit"]}, {"Name": "instance-state-name", "Values": ["running"]}]
    )["Reservations"]
    [machine] = reservation["Instances"]
    [group] = ec2.describe_security_groups(GroupIds=[g["GroupId"] for g in machine["SecurityGroups"]])["SecurityGroups"]
    [disk] = ec2.describe_volumes(
        VolumeIds=[d["Ebs"]["VolumeId"] for d in machine["BlockDeviceMappings"]]
    )["Volumes"]
    addresses = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [machine["InstanceId"]]}])["Addresses"]
    return machine, group, disk, addresses


def main():
    """The story."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }
        os.environ |= {name: value for name, value in environment.items() if name.startswith("AWS_")}
        ec2 = boto3.client("ec2")
        # moto knows no image of Debian's; any of its own will do.
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        variables = {
            "aws_admin_cidrs": [ADMINISTRATORS],
            "aws_public_key": key.with_suffix(".pub").read_text(encoding="ascii").strip(),
            "aws_image": image,
        }

        for everybody in ([], ["0.0.0.0/0"], ["203.0.113.0/29", "::/0"]):
            code, tasks = play(environment, variables | {"aws_admin_cidrs": everybody})
            check(code != 0 and not changed(tasks), f"SSH from {everybody or 'nowhere'} is refused before anything is made")

        code, tasks = play(environment, variables)
        check(code == 0, "the first run ends well")
        check(
            changed(tasks)
            == {
                "Let in the web, and SSH from the administrators",
                "Put the administrators' key there",
                "Make the machine",
                UNFAITHFUL,
            },
            "it makes the group, the key, the machine and the address",
        )
        first = look(ec2)
        machine, group, disk, addresses = first
        check(machine["MetadataOptions"]["HttpTokens"] == "required", "IMDSv2 is required")
        check(machine["MetadataOptions"]["HttpPutResponseHopLimit"] == 1, "containers do not reach the metadata")
        check(disk["Encrypted"] and disk["VolumeType"] == "gp3" and disk["Size"] == 40, "the disk is gp3 and encrypted")
        check(machine["KeyName"] == "nameit", "the administrators' key is on it")
        check(len(addresses) == 1, "it has one elastic address")
        protection = ec2.describe_instance_attribute(
            InstanceId=machine["InstanceId"], Attribute="disableApiTermination"
        )["DisableApiTermination"]["Value"]
        check(protection, "it cannot be deleted by accident")
        doors = {
            (rule["FromPort"], rule["ToPort"]): [r["CidrIp"] for r in rule["IpRanges"]] for rule in group["IpPermissions"]
        }
        check(
            doors == {(22, 22): [ADMINISTRATORS], (80, 80): ["0.0.0.0/0"], (443, 443): ["0.0.0.0/0"]},
            "80 and 443 are open to everybody, 22 to the administrators, nothing else",
        )

        code, tasks = play(environment, variables)
        check(code == 0, "the second run ends well")
        check(changed(tasks) <= {UNFAITHFUL}, "it changes nothing")
        check(
            [part["PublicIp"] for part in look(ec2)[3]] == [part["PublicIp"] for part in addresses],
            "the address is the same",
        )

        inventory = json.loads(
            subprocess.run(
                ["ansible-inventory", "-i", "inventory/aws_ec2.yml", "--list"],
                cwd=PLAYBOOKS,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        check(inventory["nameit"]["hosts"] == [machine["InstanceId"]], "the inventory finds it in the group nameit")
        variables = inventory["_meta"]["hostvars"][machine["InstanceId"]]
        address = variables["ansible_host"]
        address = address.get("__ansible_unsafe") if isinstance(address, dict) else address
        check(address == addresses[0]["PublicIp"], "and its address")
    server.stop()


if __name__ == "__main__":
    main()
