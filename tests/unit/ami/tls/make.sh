#!/bin/sh
# make.sh - makes the certificates of the TLS tests anew, valid for a hundred years: run it in here.

set -eu
begin=20200101000000Z
end=21200101000000Z

cat >ca.conf <<'CONF'
[ca]
default_ca = tests
[tests]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF

# request NAME: a key, and a request for a certificate.
request() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=Capella tests: $1" -out "$1.csr"
    : >index.txt
}

# sign NAME EXTENSIONS END ARGUMENT...: the certificate, in NAME.crt.
sign() {
    name=$1
    printf '%b' "$2" >"$name.ext"
    last=$3
    shift 3
    openssl ca -config ca.conf -batch -notext -in "$name.csr" -extfile "$name.ext" \
        -startdate $begin -enddate "$last" -out "$name.crt" "$@"
}

# authority NAME
authority() {
    request "$1"
    sign "$1" 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' $end \
        -selfsign -keyfile "$1.key"
    cp "$1.crt" "$1.pem"
}

# certificate NAME ALTERNATIVE-NAMES END: certificate and key in NAME.pem.
certificate() {
    request "$1"
    sign "$1" "subjectAltName=$2\n" "$3" -cert authority.pem -keyfile authority.key
    cat "$1.crt" "$1.key" >"$1.pem"
}

trap 'rm -f ca.conf index.txt* ./*.key ./*.csr ./*.ext ./*.crt ./[0-9A-F]*.pem' EXIT
authority authority
authority stranger
certificate server DNS:localhost,IP:127.0.0.1 $end
certificate other DNS:other.example $end
certificate expired DNS:localhost,IP:127.0.0.1 20210101000000Z
certificate client DNS:client.example $end
