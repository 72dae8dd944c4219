#!/bin/sh
# Renders the clouds anew. What changes is committed, and Argo CD deploys it.
set -eu
cd "$(dirname "$0")"
for cloud in clouds/*; do
  name=$(basename "$cloud")
  kolla-cdk8s synth --cloud "$cloud/cloud.yaml" --out "$cloud/output" --name "$name" --namespace "$name" \
    --only manifests --secrets external --secret-store openstack --secret-key "openstack/$name" \
    --gitops argocd --gitops-repo https://git.example.org/clouds.git --gitops-revision main
done
