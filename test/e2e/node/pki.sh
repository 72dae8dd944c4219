#!/bin/sh
# The certificates of a cluster, by one authority: pki.sh FOLDER NODE-NAME NODE-ADDRESS API-ADDRESS
set -eu
cd "$1"
node=$2 address=$3 api=$4
umask 077

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
# NAME SUBJECT ALTERNATIVE-NAMES
certificate() {
  key "$1"
  printf '%s\n' 'extendedKeyUsage=serverAuth,clientAuth' "subjectAltName=$3" >"$1.ext"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile "$1.ext" -out "$1.crt"
  rm "$1.csr" "$1.ext"
}

key ca
openssl req -x509 -new -key ca.key -days 3650 -subj /CN=kubernetes -out ca.crt \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
certificate kube-apiserver /CN=kube-apiserver "$names,DNS:localhost,IP:127.0.0.1,IP:$address,IP:$api"
certificate kubelet "/O=system:nodes/CN=system:node:$node" "DNS:$node,IP:$address"
certificate admin /O=system:masters/CN=admin DNS:admin
certificate apiserver-kubelet-client /O=system:masters/CN=apiserver-kubelet-client DNS:apiserver-kubelet-client
for program in kube-controller-manager kube-scheduler kube-proxy network-policies; do
  certificate "$program" "/CN=system:$program" "DNS:$program"
done
key service-accounts
openssl pkey -in service-accounts.key -pubout -out service-accounts.pub
