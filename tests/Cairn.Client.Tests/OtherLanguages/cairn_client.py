#!/usr/bin/env python3
"""A small Cairn client in another language, made from protos/cairn/osd.proto alone: put, get, ls and rm over the data plane.

It needs nothing beyond Python's standard library (and the openssl program for the signatures of mode crc). It has no map and no
CRUSH: it is told the pool, its pg_num and the OSDs, and tries them until one does not reject the request.

usage: cairn_client.py --fsid F --tls DIR --entity client.admin --mode crc|secure --pool ID --pg-num N --epoch E --osd 0=HOST:PORT ...
       put NAME FILE | get NAME FILE | ls | rm NAME
"""
import argparse, os, socket, ssl, struct, subprocess, sys, tempfile, uuid

CRC_TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    CRC_TABLE.append(byte)


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


# ---- Protobuf, as much as is needed: fields are lists of (number, value), values ints (varint), bytes, or Fixed64. ----

class Fixed64(int):
    pass


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def encode(fields):
    out = bytearray()
    for number, value in fields:
        if isinstance(value, Fixed64):
            out += varint(number << 3 | 1) + struct.pack("<Q", value)
        elif isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return bytes(out)


def decode(data):
    """Yields (number, value)."""
    at = 0

    def read_varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = read_varint()
        if tag & 7 == 0:
            yield tag >> 3, read_varint()
        elif tag & 7 == 1:
            at += 8
            yield tag >> 3, struct.unpack("<Q", data[at - 8:at])[0]
        elif tag & 7 == 2:
            length = read_varint()
            at += length
            yield tag >> 3, data[at - length:at]
        else:
            raise ValueError("unknown wire type")


# ---- The placement hash: rjenkins of the name, stable_mod by pg_num. ----

def rjenkins(key):
    mask = 0xFFFFFFFF
    a = b = 0x9E3779B9
    c = 0

    def mix(a, b, c):
        a = (a - b - c & mask) ^ (c >> 13)
        b = (b - c - a & mask) ^ (a << 8 & mask)
        c = (c - a - b & mask) ^ (b >> 13)
        a = (a - b - c & mask) ^ (c >> 12)
        b = (b - c - a & mask) ^ (a << 16 & mask)
        c = (c - a - b & mask) ^ (b >> 5)
        a = (a - b - c & mask) ^ (c >> 3)
        b = (b - c - a & mask) ^ (a << 10 & mask)
        c = (c - a - b & mask) ^ (b >> 15)
        return a, b, c

    at = 0
    while len(key) - at >= 12:
        x, y, z = struct.unpack("<III", key[at:at + 12])
        a, b, c = mix(a + x & mask, b + y & mask, c + z & mask)
        at += 12
    c = c + len(key) & mask
    for i, byte in enumerate(key[at:]):
        if i >= 8:
            c = c + (byte << (i - 7) * 8) & mask  # The first byte of c holds the length.
        elif i >= 4:
            b = b + (byte << (i - 4) * 8) & mask
        else:
            a = a + (byte << i * 8) & mask
    return mix(a, b, c)[2]


def pg_seed(name, pg_num):
    key = rjenkins(name.encode())
    mask = (1 << (pg_num - 1).bit_length()) - 1
    return key & mask if key & mask < pg_num else key & mask >> 1


# ---- Frames and handshake. ----

class Connection:
    MODES = {"crc": 1, "secure": 2}

    def __init__(self, address, options, target):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        mode = self.MODES[options.mode]
        banner = b"CAIRN" + bytes([1, mode]) + b"\n"
        self.socket.sendall(banner)
        if self.receive(8) != banner:
            raise IOError("the OSD speaks another version or mode")
        path = os.path.join(options.tls, options.entity)
        if options.mode == "secure":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.check_hostname = False  # The certificate names an entity; TLS checks its issuer, we the name.
            context.load_verify_locations(os.path.join(options.tls, "ca.crt"))
            context.load_cert_chain(path + ".crt", path + ".key")
            self.socket = context.wrap_socket(self.socket)
            names = dict(pair[0] for pair in self.socket.getpeercert()["subject"])
            if names["commonName"] != target:
                raise IOError(f"{address} is {names['commonName']}, not {target}")
        certificate = b""
        if options.mode == "crc":
            with open(path + ".crt") as file:
                certificate = ssl.PEM_cert_to_DER_cert(file.read())
        hello = encode([(1, uuid.UUID(options.fsid).bytes), (2, options.entity), (3, target), (4, 1), (5, mode), (6, os.urandom(32))]
                       + ([(7, certificate)] if certificate else []))
        self.send(encode([(1, hello)]))
        reply = dict(decode(self.expect(2)[0]))
        signature = b""
        if options.mode == "crc":
            theirs = dict(decode(reply[1]))
            self.verify(options, theirs[7], target, b"cairn acceptor 1\0" + hello + reply[1], reply[2])
            signature = self.sign(path + ".key", b"cairn initiator 1\0" + hello + reply[1])
        self.send(encode([(3, encode([(1, signature)] if signature else []))]))

    @staticmethod
    def sign(key, data):
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=data, stdout=subprocess.PIPE, check=True).stdout
        # SEQUENCE { INTEGER r, INTEGER s } to r and s of 32 bytes each.
        r_length = der[3]
        r = der[4:4 + r_length]
        s = der[6 + r_length:]
        return r.lstrip(b"\0").rjust(32, b"\0") + s.lstrip(b"\0").rjust(32, b"\0")

    @staticmethod
    def verify(options, certificate, entity, data, signature):
        def integer(value):
            value = value.lstrip(b"\0")
            value = b"\0" + value if value[0] & 0x80 else value
            return b"\x02" + bytes([len(value)]) + value

        pair = integer(signature[:32]) + integer(signature[32:])
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: os.path.join(folder, name) for name in ("crt", "pub", "sig")}
            with open(paths["crt"], "w") as file:
                file.write(ssl.DER_cert_to_PEM_cert(certificate))
            with open(paths["sig"], "wb") as file:
                file.write(b"\x30" + bytes([len(pair)]) + pair)
            run = lambda *command, **more: subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout
            run("openssl", "verify", "-CAfile", os.path.join(options.tls, "ca.crt"), paths["crt"])
            subject = run("openssl", "x509", "-in", paths["crt"], "-noout", "-subject", "-nameopt", "multiline").decode()
            if subject.split("=")[-1].strip() != entity:
                raise IOError(f"the certificate is not {entity}'s: {subject}")
            with open(paths["pub"], "wb") as file:
                file.write(run("openssl", "x509", "-in", paths["crt"], "-noout", "-pubkey"))
            run("openssl", "dgst", "-sha256", "-verify", paths["pub"], "-signature", paths["sig"], input=data)

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(min(count - len(data), 1 << 20))
            if not part:
                raise IOError("the OSD closed the connection")
            data += part
        return data

    def send(self, header, payload=b""):
        prelude = struct.pack("<III", 12 + len(header) + len(payload), len(header), crc32c(payload))
        self.socket.sendall(prelude + struct.pack("<I", crc32c(prelude + header)) + header + payload)

    def expect(self, *kinds):
        """The next frame of one of these kinds: (message, payload, kind)."""
        while True:
            prelude = self.receive(16)
            length, header_length, payload_crc, header_crc = struct.unpack("<IIII", prelude)
            header = self.receive(header_length)
            payload = self.receive(length - 12 - header_length)
            if crc32c(prelude[:12] + header) != header_crc or crc32c(payload) != payload_crc:
                raise IOError("a frame does not match its checksum")
            kind, message = next(decode(header))
            if kind == 4:
                raise IOError("refused: " + dict(decode(message)).get(2, b"").decode())
            if kind in kinds:
                return message, payload, kind


# ---- Operations. ----

class Client:
    WRITE_FULL, REMOVE, READ, LIST_OBJECTS = 3, 7, 20, 31

    def __init__(self, options):
        self.options = options
        self.id = Fixed64(int.from_bytes(os.urandom(8), "little") | 1)
        self.sequence = 0
        self.connections = {}

    def call(self, seed, name, step, data=b""):
        """Sends one request to OSD after OSD until one is the primary. Returns (reply fields, payload)."""
        self.sequence += 1
        fields = [(1, self.id), (2, self.sequence), (3, self.options.pool), (4, seed), (5, self.options.epoch)]
        if name is not None:
            fields.append((6, encode([(2, name)])))
        header = encode([(5, encode(fields + [(7, encode(step + ([(4, len(data))] if data else [])))]))])
        for osd in self.options.osd:
            number, address = osd.split("=")
            if number not in self.connections:
                self.connections[number] = Connection(address, self.options, f"osd.{number}")
            self.connections[number].send(header, data)
            message, payload, kind = self.connections[number].expect(6, 7)
            if kind == 6:
                reply = list(decode(message))
                status = dict(reply).get(3, 0)
                if status:
                    raise IOError(f"status {status}: {dict(reply).get(6, b'').decode()}")
                return reply, payload
        raise IOError("every OSD rejected the request: none is the primary")

    def put(self, name, data):
        self.call(pg_seed(name, self.options.pg_num), name, [(1, self.WRITE_FULL)], data)

    def get(self, name):
        return self.call(pg_seed(name, self.options.pg_num), name, [(1, self.READ)])[1]

    def remove(self, name):
        self.call(pg_seed(name, self.options.pg_num), name, [(1, self.REMOVE)])

    def list(self):
        for seed in range(self.options.pg_num):
            after = []
            while True:
                reply, _ = self.call(seed, None, [(1, self.LIST_OBJECTS), (10, 1000), (5, "")] + after)
                result = list(decode(next(value for number, value in reply if number == 7)))
                objects = [value for number, value in result if number == 6]
                for found in objects:
                    yield dict(decode(found)).get(2, b"").decode()
                if not dict(result).get(7) or not objects:
                    break
                after = [(13, objects[-1])]


def main():
    parser = argparse.ArgumentParser()
    for name in ("fsid", "tls", "entity", "mode"):
        parser.add_argument("--" + name, required=True)
    for name in ("pool", "pg-num", "epoch"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--osd", action="append", required=True)
    parser.add_argument("command", choices=["put", "get", "ls", "rm"])
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    client = Client(options)
    if options.command == "put":
        with open(options.arguments[1], "rb") as file:
            client.put(options.arguments[0], file.read())
    elif options.command == "get":
        with open(options.arguments[1], "wb") as file:
            file.write(client.get(options.arguments[0]))
    elif options.command == "rm":
        client.remove(options.arguments[0])
    else:
        for name in sorted(client.list()):
            print(name)


if __name__ == "__main__":
    main()
