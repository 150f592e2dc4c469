#!/usr/bin/env bash
# create user Jesse
# needs: iam:AddUserToGroup iam:CreateAccessKey iam:CreateGroup iam:CreateLoginProfile iam:CreateUser
set -euo pipefail

# create group Admin
#   why: that is what was asked for
aws iam create-group --group-name Admin

# create user Jesse
#   why: that is what was asked for
aws iam create-user --user-name Jesse

# give user Jesse a console password
#   why: lets the user sign in to the console
read -rsp 'Password to give user Jesse a console password: ' PASSWORD && echo
aws iam create-login-profile --user-name Jesse --password "$PASSWORD"

# add user Jesse to group Admin
#   why: gives what Admin allows
aws iam add-user-to-group --group-name Admin --user-name Jesse

# create an access key for user Jesse
#   why: lets programs sign in
#   risk: a long-term key works until it is deactivated, wherever it is copied to
aws iam create-access-key --user-name Jesse
