#!/bin/sh
# Makes the PFX files that the tests on .NET Framework and Mono embed: there is no CertificateRequest there.
# PBE-SHA1-3DES is the newest encryption of a PFX file that Mono reads. These keys guard nothing but test servers on loopback.
set -eu
cd "$(dirname "$0")"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

make() { # file, common name, subject alternative names, extended key usage, first day, last day
  openssl req -newkey rsa:2048 -nodes -keyout "$temp/key" -subj "/CN=$2" -out "$temp/csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=%s\nkeyUsage=digitalSignature,keyEncipherment\n' "$3" "$4" > "$temp/ext"
  : > "$temp/index"
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s/index\nnew_certs_dir=%s\nrand_serial=yes\npolicy=p\ndefault_md=sha256\n[p]\ncommonName=supplied\n' \
    "$temp" "$temp" > "$temp/conf"
  openssl ca -batch -config "$temp/conf" -selfsign -keyfile "$temp/key" -in "$temp/csr" -extfile "$temp/ext" \
    -startdate "$5" -enddate "$6" -notext -out "$temp/crt" 2>/dev/null
  openssl pkcs12 -export -inkey "$temp/key" -in "$temp/crt" -passout pass:test \
    -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -out "$1.pfx"
}

make localhost localhost 'DNS:localhost,IP:127.0.0.1,IP:::1' serverAuth 20200101000000Z 21200101000000Z
make expired localhost 'DNS:localhost,IP:127.0.0.1,IP:::1' serverAuth 20200101000000Z 20200201000000Z
make wrong-name wrong.example 'DNS:wrong.example' serverAuth 20200101000000Z 21200101000000Z
make client client.example 'DNS:client.example' clientAuth 20200101000000Z 21200101000000Z
