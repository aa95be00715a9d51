"""A certification authority of our own: for the parts of a machine and for tests, never for a public service."""

from __future__ import annotations

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEARS = 10
EARLIER = datetime.timedelta(hours=1)
"""certificates are valid from an hour ago: the clocks of two machines differ"""


@dataclass(frozen=True)
class Authority:
    """The authority of one folder. Its key signs, and is in `authority.key`; clients need `authority.pem` alone."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, folder: Path) -> Authority:
        """The authority that the folder has; it is made when there is none."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        certificate, key = folder / "authority.pem", folder / "authority.key"
        if not (certificate.exists() and key.exists()):
            made = ec.generate_private_key(ec.SECP256R1())
            name = _name("Shien authority")
            signed = _about(name, name, made, YEARS).add_extension(x509.BasicConstraints(True, 0), critical=True)
            write_private(key, _pem(made))
            certificate.write_bytes(signed.sign(made, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        loaded = serialization.load_pem_private_key(key.read_bytes(), password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey), "authority.key holds a key of another kind"
        return cls(folder, x509.load_pem_x509_certificate(certificate.read_bytes()), loaded)

    @property
    def file(self) -> Path:
        """What clients trust."""
        return self.folder / "authority.pem"

    def issue(self, name: str, hosts: tuple[str, ...] = ()) -> tuple[Path, Path]:
        """A certificate NAME.pem and its key NAME.key, made anew: for a server with these hosts, or for a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _about(_name(name), self.certificate.subject, key, YEARS)
        usage = [ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(one) for one in hosts]), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        signed = builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        certificate, file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        write_private(file, _pem(key))
        certificate.write_bytes(signed)
        return certificate, file


def write_private(file: Path, content: bytes) -> None:
    """Write a file that its user alone can read, from its first byte on."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        out.write(content)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, years: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
