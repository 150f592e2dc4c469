"""Plans as Terraform: the configuration of every creation makes what the plan itself makes."""

import glob
import shutil
import subprocess
from pathlib import Path

from terraform import MIRRORS, PROVIDER

SETTINGS = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = false
  endpoints {
    iam = "ENDPOINT"
    sts = "ENDPOINT"
  }
}
"""


def prepared(emulator, files):
    """Terraform in a folder with these files, as a function of its arguments; nothing where it is not found."""
    terraform = shutil.which("terraform")
    mirrors = [folder for folder in MIRRORS if folder and glob.glob(f"{folder}/{PROVIDER}/*")]
    if not terraform or not mirrors:
        print("note    terraform: not run, for terraform or an unpacked AWS provider was not found")
        return None
    folder = Path(emulator.home) / "terraform"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text.replace("ENDPOINT", emulator.endpoint))
    (folder / "settings").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{mirrors[0]}" }}\n}}\n')
    environment = {**emulator.environment(), "TF_CLI_CONFIG_FILE": str(folder / "settings"), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments, codes=(0,)):
        done = subprocess.run([terraform, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                              timeout=600)
        assert done.returncode in codes, f"terraform {arguments[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.returncode

    run("init", "-input=false", "-no-color")
    return run


# What creates something, as the program is asked for it; FOLDER holds the files that they name. Outbound federation
# needs a provider of 6.22 or later, which is not always there.
PLANS = [
    "create-group Audit --path /teams/ --policy ReadOnlyAccess",
    "create-user Jesse --path /dev/ --tag team=blue --policy ReadOnlyAccess --access-key",
    "create-policy read --document FOLDER/read.json --description reads",
    "create-role web --use-case EC2 --policy AmazonS3ReadOnlyAccess --tag team=blue --max-session 7200",
    "create-role other --account 111122223333 --external-id x-1",
    "create-service-linked-role autoscaling.amazonaws.com --suffix test",
    "create-instance-profile bare --tag team=blue",
    "create-oidc-provider https://id.example.com --audience app --tag team=blue",
    "create-saml-provider Partner --metadata FOLDER/partner.xml --tag team=blue",
    "set-password-policy --min-length 14 --max-age 90 --prevent-reuse 5",
    "set-account-alias acme-2",
    "set-token-version v2",
]


def plans(emulator, output):
    """Every plan as code, each made for an account that is empty."""
    folder = Path(emulator.home) / "inputs"
    folder.mkdir(exist_ok=True)
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}'
    (folder / "read.json").write_text(document)
    (folder / "partner.xml").write_text("<EntityDescriptor>" + "x" * 1000 + "</EntityDescriptor>")
    for plan in PLANS:
        words = plan.replace("FOLDER", str(folder)).split()
        command = [emulator.binary, "plan", *words, "--output", output, "--endpoint-url", emulator.endpoint]
        done = subprocess.run(command, env=emulator.environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, (plan, done.stderr)
        yield plan, done.stdout


def state(emulator):
    """What the account holds, without what differs between any two: ids and dates."""
    iam = emulator.iam
    moving = {"UserId", "GroupId", "RoleId", "PolicyId", "InstanceProfileId", "CreateDate", "UpdateDate", "RoleLastUsed",
              "CreationDate", "ValidUntil", "ResponseMetadata", "SAMLProviderUUID", "IsTruncated"}

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items() if key not in moving}
        if isinstance(value, list):
            return sorted((plain(inner) for inner in value), key=repr)
        return value

    details = iam.get_account_authorization_details(Filter=["User", "Group", "Role", "LocalManagedPolicy"])
    providers = [iam.get_open_id_connect_provider(OpenIDConnectProviderArn=row["Arn"])
                 for row in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    saml = [iam.get_saml_provider(SAMLProviderArn=row["Arn"]) for row in iam.list_saml_providers()["SAMLProviderList"]]
    profiles = [iam.get_instance_profile(InstanceProfileName=row["InstanceProfileName"])
                for row in iam.list_instance_profiles()["InstanceProfiles"]]
    summary = iam.get_account_summary()["SummaryMap"]
    # The provider leaves out what is off, which is told as it was given.
    password = {"HardExpiry": False, **iam.get_account_password_policy()["PasswordPolicy"]}
    return plain({
        "details": details, "providers": providers, "saml": saml, "profiles": profiles,
        "password": password, "alias": iam.list_account_aliases()["AccountAliases"],
        "keys": len(iam.list_access_keys(UserName="Jesse")["AccessKeyMetadata"]),
        "tokens": summary["GlobalEndpointTokenVersion"],
    })


def case_the_terraform_of_every_creation_makes_what_its_plan_makes(emulator):
    files = {f"plan{number}.tf": text for number, (_, text) in enumerate(plans(emulator, "terraform"))}
    run = prepared(emulator, {"main.tf": SETTINGS, **files})
    if run is None:
        return
    run("apply", "-input=false", "-auto-approve", "-no-color")
    assert run("plan", "-detailed-exitcode", "-input=false", "-no-color", codes=(0, 2)) == 0, "the plan is not empty"
    with emulator.beside() as other:
        for number, (plan, text) in enumerate(plans(other, "json")):
            file = Path(other.home) / f"plan{number}.json"
            file.write_text(text)
            command = [other.binary, "apply", "--yes", str(file), "--secrets-to", f"{file}.secrets", "--endpoint-url",
                       other.endpoint]
            done = subprocess.run(command, env=other.environment(), capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, (plan, done.stderr)
        mine, theirs = state(emulator), state(other)
    for key in mine:
        assert mine[key] == theirs[key], f"{key}:\n{mine[key]}\n{theirs[key]}"


def case_the_terraform_of_an_account_makes_the_same_account_and_takes_it_over(emulator):
    with emulator.beside("--seed", "demo") as demo:
        before = f"{emulator.home}/demo"
        demo.program("snapshot", before, "--endpoint-url", demo.endpoint)
        exported = demo.program("export", "--copy", "--endpoint-url", demo.endpoint)
        copy = prepared(emulator, {"settings.tf": SETTINGS, "main.tf": exported})
        if copy is None:
            return
        copy("apply", "-input=false", "-auto-approve", "-no-color")
        emulator.program("drift", before, "--configuration", "--endpoint-url", emulator.endpoint)
        exported = demo.program("export", "--endpoint-url", demo.endpoint)
        taken = prepared(demo, {"settings.tf": SETTINGS, "main.tf": exported})
        taken("apply", "-input=false", "-auto-approve", "-no-color")
        assert taken("plan", "-detailed-exitcode", "-input=false", "-no-color", codes=(0, 2)) == 0, "the plan is not empty"
        # To import it has changed nothing.
        demo.program("drift", before, "--endpoint-url", demo.endpoint)
