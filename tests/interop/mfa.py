"""MFA devices with real codes."""

import base64
import hashlib
import hmac
import struct
import time

from emulator import arn, refused


def code(seed, step):
    """The code of a seed (base 32) at a step of thirty seconds: RFC 6238."""
    counter = struct.pack(">Q", step)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def case_a_virtual_device(emulator):
    iam = emulator.iam
    key = emulator.user("ada")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Path="/team/")["VirtualMFADevice"]
    serial, seed = device["SerialNumber"], device["Base32StringSeed"]
    assert serial == arn("mfa/team/phone") and len(seed) == 64, device
    assert device["QRCodePNG"].startswith(b"\x89PNG\r\n\x1a\n"), device["QRCodePNG"][:20]
    enable = {"UserName": "ada", "SerialNumber": serial}
    # All codes are of steps around this one, so that no step ends between two lines.
    now = int(time.time()) // 30
    refused("InvalidAuthenticationCode", "Authentication code for device is not valid.", iam.enable_mfa_device, 403,
            **enable, AuthenticationCode1=code(seed, now), AuthenticationCode2=code(seed, now))
    iam.enable_mfa_device(**enable, AuthenticationCode1=code(seed, now - 1), AuthenticationCode2=code(seed, now))
    refused("EntityAlreadyExists", "MFA Device is already in use.", iam.enable_mfa_device, 409,
            **enable, AuthenticationCode1=code(seed, now - 1), AuthenticationCode2=code(seed, now))
    assert iam.list_mfa_devices(UserName="ada")["MFADevices"][0]["SerialNumber"] == serial
    assert iam.get_mfa_device(SerialNumber=serial, UserName="ada")["UserName"] == "ada"
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert assigned[0]["User"]["UserName"] == "ada" and "Base32StringSeed" not in assigned[0], assigned
    sts = emulator.client("sts", key)
    given = sts.get_session_token(SerialNumber=serial, TokenCode=code(seed, now + 1))["Credentials"]
    assert emulator.with_credentials("sts", given).get_caller_identity()["Arn"].endswith("user/ada")
    refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            sts.get_session_token, 403, SerialNumber=serial, TokenCode=code(seed, now + 1))
    iam.resync_mfa_device(**enable, AuthenticationCode1=code(seed, now + 10), AuthenticationCode2=code(seed, now + 11))
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "a", "Value": "b"}])
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "a", "Value": "b"}]
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["a"])
    refused("DeleteConflict", None, iam.delete_virtual_mfa_device, 409, SerialNumber=serial)
    iam.deactivate_mfa_device(**enable)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    refused("NoSuchEntity", f"MFA Device with serial number {serial} does not exist.",
            iam.delete_virtual_mfa_device, 404, SerialNumber=serial)
