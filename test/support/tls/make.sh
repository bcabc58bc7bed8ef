#!/bin/sh
# Makes the certificates of the TLS tests anew: an authority, a server, devices, and a list of those revoked.
# They are good for a hundred years, mean nothing to anyone, and their keys are public.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
days=36500
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1-key.pem"; }
authority() { # name
  key "$1"
  openssl req -x509 -new -key "$1-key.pem" -days $days -subj "/O=Test/CN=$1" -out "$1.pem"
}
issue() { # name subject extensions authority
  key "$1"
  openssl req -new -key "$1-key.pem" -subj "$2" -out "$work/$1.csr"
  printf '%s\n' "$3" > "$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$4.pem" -CAkey "$4-key.pem" -set_serial "$5" -days $days -extfile "$work/$1.ext" -out "$1.pem"
}
authority ca
authority other-ca
issue server '/CN=localhost' 'subjectAltName=DNS:localhost,IP:127.0.0.1' ca 1
issue dev1 '/O=Test/OU=pkAlpha1/CN=dev1' 'extendedKeyUsage=clientAuth' ca 2
issue dev2 '/O=Test/CN=pkAlpha1.dev2' 'extendedKeyUsage=clientAuth' ca 3
issue revoked '/O=Test/OU=pkAlpha1/CN=dev3' 'extendedKeyUsage=clientAuth' ca 4
issue nameless '/O=Test/OU=pkAlpha1' 'extendedKeyUsage=clientAuth' ca 6
issue forged '/O=Test/OU=pkAlpha1/CN=dev1' 'extendedKeyUsage=clientAuth' other-ca 5
cat > "$work/ca.conf" <<CONF
[ca]
default_ca = c
[c]
database = $work/index
crlnumber = $work/crlnumber
default_md = sha256
default_crl_days = $days
CONF
: > "$work/index"
echo 01 > "$work/crlnumber"
openssl ca -config "$work/ca.conf" -gencrl -keyfile ca-key.pem -cert ca.pem -out none.crl.pem
openssl ca -config "$work/ca.conf" -revoke revoked.pem -keyfile ca-key.pem -cert ca.pem
openssl ca -config "$work/ca.conf" -gencrl -keyfile ca-key.pem -cert ca.pem -out revoked.crl.pem
rm -r "$work" ca-key.pem other-ca.pem other-ca-key.pem
