"""The Terraform AWS provider, where terraform and an unpacked provider are found; nothing is downloaded."""

import glob
import json
import os
import shutil
import subprocess
from pathlib import Path

from emulator import ACCOUNT, arn, fixture

# Where an unpacked provider may lie: a mirror folder as `terraform providers mirror` lays it out.
MIRRORS = [os.environ.get("TF_PLUGIN_MIRROR", ""), "/opt/tf-plugins", os.path.expanduser("~/.terraform.d/plugins")]
PROVIDER = "registry.terraform.io/hashicorp/aws"
MAIN = Path(__file__).parent / "terraform.tf"
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.example.com"
 validUntil="2040-01-01T00:00:00Z"><!--PADDING--></EntityDescriptor>"""

# What can be imported, with the id of each: a text, or how it follows from the state.
IMPORTS = {
    "aws_iam_account_alias.alias": "example-corp",
    "aws_iam_account_password_policy.strict": "iam-account-password-policy",
    "aws_iam_group.developers": "engineers",
    "aws_iam_group.others": "others",
    "aws_iam_group_policies_exclusive.others": "others",
    "aws_iam_group_policy.others": "others:own",
    "aws_iam_group_policy_attachment.others": lambda value: f"others/{value['policy_arn']}",
    "aws_iam_group_policy_attachments_exclusive.others": "others",
    "aws_iam_instance_profile.profile": "profile",
    "aws_iam_openid_connect_provider.github": lambda value: value["arn"],
    "aws_iam_organizations_features.root": lambda value: value["id"],
    "aws_iam_policy.read": lambda value: value["arn"],
    "aws_iam_policy.shared": lambda value: value["arn"],
    "aws_iam_role.lambda": "lambda",
    "aws_iam_role_policies_exclusive.lambda": "lambda",
    "aws_iam_role_policy.lambda": "lambda:own",
    "aws_iam_role_policy_attachment.lambda": lambda value: f"lambda/{value['policy_arn']}",
    "aws_iam_role_policy_attachments_exclusive.lambda": "lambda",
    "aws_iam_saml_provider.corp": lambda value: value["arn"],
    "aws_iam_service_linked_role.beanstalk": lambda value: value["arn"],
    "aws_iam_service_specific_credential.ada": lambda value: value["id"],
    "aws_iam_signing_certificate.ada": lambda value: value["id"],
    "aws_iam_user.bob": "bob",
    "aws_iam_user_group_membership.ada": "ada/engineers",
    "aws_iam_user_policies_exclusive.ada": "ada",
    "aws_iam_user_policy.ada": "ada:own",
    "aws_iam_user_policy_attachment.ada": lambda value: f"ada/{value['policy_arn']}",
    "aws_iam_user_policy_attachments_exclusive.ada": "ada",
    "aws_iam_user_ssh_key.ada": lambda value: f"ada:{value['ssh_public_key_id']}:SSH",
}


class Folder:
    """A folder with a configuration, and terraform in it."""

    def __init__(self, terraform, mirror, emulator):
        self.terraform, self.path = terraform, Path(emulator.home) / "terraform"
        self.path.mkdir()
        (self.path / "main.tf").write_text(MAIN.read_text().replace("ENDPOINT", emulator.endpoint))
        (self.path / "metadata.xml").write_text(METADATA.replace("PADDING", " " * 1000))
        for name in ("certificate.pem", "certificate-key.pem", "ssh-key.pub"):
            (self.path / name).write_text(fixture(name))
        (self.path / "settings").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n')
        settings = {"TF_CLI_CONFIG_FILE": str(self.path / "settings"), "CHECKPOINT_DISABLE": "1"}
        self.environment = {**emulator.environment(), **settings}
        self.run("init", "-input=false")

    def run(self, command, *arguments, codes=(0,)):
        done = subprocess.run(
            [self.terraform, command, *arguments, "-no-color"], cwd=self.path, env=self.environment,
            capture_output=True, text=True, timeout=900,
        )
        assert done.returncode in codes, f"terraform {command}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done

    def apply(self, turn):
        self.run("apply", "-input=false", "-auto-approve", f"-var=round={turn}")

    def settled(self, turn):
        """What was applied must read back the same: a plan that wants to change it again would end with 2."""
        plan = self.run("plan", "-detailed-exitcode", "-input=false", f"-var=round={turn}", codes=(0, 2))
        assert plan.returncode == 0, f"the plan is not empty: {plan.stdout[-4000:]}"

    def state(self):
        shown = json.loads(self.run("show", "-json").stdout)["values"]
        resources = {one["address"]: one["values"] for one in shown["root_module"]["resources"]}
        return resources, shown["outputs"]["found"]["value"]


def case_every_resource_is_applied_settled_updated_imported_and_destroyed(emulator):
    terraform = shutil.which("terraform")
    mirrors = [folder for folder in MIRRORS if folder and glob.glob(f"{folder}/{PROVIDER}/*")]
    if not terraform or not mirrors:
        print("note    terraform: not run, for terraform or an unpacked AWS provider was not found")
        return
    organization = Path(emulator.home) / "organization.json"
    accounts = [{"id": ACCOUNT, "name": "main"}]
    organization.write_text(json.dumps({"management_account": ACCOUNT, "root": {"accounts": accounts}}))
    with emulator.beside("--organization", str(organization)) as managed:
        every_resource(Folder(terraform, mirrors[0], managed), managed.iam)


def every_resource(folder, iam):
    folder.apply(1)
    folder.settled(1)
    before, found = folder.state()
    assert found == {"allowed": True, "alias": "example-corp", "members": ["bob"], "roles": 1}, found
    made = {address: value.get("unique_id") for address, value in before.items()}
    folder.apply(2)
    folder.settled(2)
    after, found = folder.state()
    assert set(found["members"]) == {"ada", "bob"}, found
    # What was updated is the same thing still.
    assert all(after[address].get("unique_id") == unique for address, unique in made.items() if address in after)
    assert iam.get_user(UserName="ada")["User"]["Arn"] == arn("user/crew/ada")
    # Forgets what can be imported, and takes it back: nothing must be left to change.
    ids = {address: given if isinstance(given, str) else given(after[address]) for address, given in IMPORTS.items()}
    folder.run("state", "rm", *ids)
    blocks = [f'import {{\n  to = {address}\n  id = "{one}"\n}}\n' for address, one in ids.items()]
    (folder.path / "imports.tf").write_text("".join(blocks))
    told = folder.run("apply", "-input=false", "-auto-approve", "-var=round=2").stdout
    assert f"{len(ids)} imported, 0 added, 0 changed, 0 destroyed" in told, told[-4000:]
    folder.settled(2)
    folder.run("destroy", "-auto-approve", "-input=false", "-var=round=2")
    assert iam.list_users()["Users"] == [] and iam.list_policies(Scope="Local")["Policies"] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
