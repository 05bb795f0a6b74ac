using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Transport;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;

namespace Cairn.Messaging.DataPlane.Handshake;

/// <summary>
/// Makes an authenticated connection out of a connected socket: banner, TLS in mode secure, then Hello, HelloReply and AuthProof.
/// In mode crc both sign what both have said, nonces included, so that a recorded handshake is worth nothing.
/// </summary>
/// <param name="plain">The channel on the socket; given.</param>
internal sealed class Handshaker(Socket socket, IByteChannel plain, HostPort remote, DataPlaneOptions options)
{
    private const int HandshakeFrameBytesMax = 64 << 10;
    private const int NonceBytes = 32;

    private IByteChannel _channel = plain;
    private FrameReader? _reader;
    private X509Certificate2? _tlsPeer;

    /// <param name="target">Whom we want to reach; null: whoever answers.</param>
    public async Task<HandshakeResult> InitiateAsync(EntityName? target, CancellationToken cancellationToken)
    {
        _reader = new FrameReader(_channel);
        await _channel.SendAsync(Banner.Write(options.Mode), cancellationToken).ConfigureAwait(false);
        await CheckBannerAsync(cancellationToken).ConfigureAwait(false);
        if (options.Mode == DataPlaneMode.Secure)
        {
            await StartTlsAsync(stream => stream.AuthenticateAsClientAsync(ClientTls(), cancellationToken)).ConfigureAwait(false);
        }

        LimitReader();
        Hello mine = MakeHello(target?.ToString() ?? "");
        await SendAsync(new FrameHeader { Hello = mine }, cancellationToken).ConfigureAwait(false);
        HelloReply reply = (await ReceiveAsync(FrameHeader.MessageOneofCase.HelloReply, cancellationToken).ConfigureAwait(false)).HelloReply;
        Hello theirs = ParseHello(reply.Hello);
        EntityName peer = CheckPeer(theirs, HandshakeText.Acceptor, mine.ToByteArray(), reply.Hello.Span, reply.Signature.Span);
        if (target is { } expected && peer != expected)
        {
            throw new HandshakeException(HandshakeFailure.WrongPeer, $"{remote} is {peer}, not {expected}");
        }

        ByteString signature = Sign(HandshakeText.Initiator, mine.ToByteArray(), reply.Hello.Span);
        await SendAsync(new FrameHeader { AuthProof = new AuthProof { Signature = signature } }, cancellationToken).ConfigureAwait(false);
        return Result(peer);
    }

    public async Task<HandshakeResult> AcceptAsync(CancellationToken cancellationToken)
    {
        _reader = new FrameReader(_channel);
        try
        {
            await CheckBannerAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HandshakeException e) when (e.Reason is HandshakeFailure.WrongMode or HandshakeFailure.WrongVersion)
        {
            // The initiator finds out by our banner which of the two it is.
            await _channel.SendAsync(Banner.Write(options.Mode), cancellationToken).ConfigureAwait(false);
            throw;
        }

        await _channel.SendAsync(Banner.Write(options.Mode), cancellationToken).ConfigureAwait(false);
        if (options.Mode == DataPlaneMode.Secure)
        {
            await StartTlsAsync(stream => stream.AuthenticateAsServerAsync(ServerTls(), cancellationToken)).ConfigureAwait(false);
        }

        LimitReader();
        Hello theirs = (await ReceiveAsync(FrameHeader.MessageOneofCase.Hello, cancellationToken).ConfigureAwait(false)).Hello;
        try
        {
            if (theirs.Target.Length > 0 && theirs.Target != options.Identity.Name.ToString())
            {
                throw new HandshakeException(HandshakeFailure.WrongPeer, $"this is {options.Identity.Name}, not {theirs.Target}");
            }

            byte[] mine = MakeHello("").ToByteArray();
            byte[] theirBytes = theirs.ToByteArray();
            CheckHello(theirs);
            ByteString signature = Sign(HandshakeText.Acceptor, theirBytes, mine);
            await SendAsync(
                new FrameHeader { HelloReply = new HelloReply { Hello = ByteString.CopyFrom(mine), Signature = signature } }, cancellationToken).ConfigureAwait(false);
            AuthProof proof = (await ReceiveAsync(FrameHeader.MessageOneofCase.AuthProof, cancellationToken).ConfigureAwait(false)).AuthProof;
            return Result(CheckPeer(theirs, HandshakeText.Initiator, theirBytes, mine, proof.Signature.Span));
        }
        catch (HandshakeException e)
        {
            await SendAsync(new FrameHeader { Refused = new Refused { Reason = (uint)e.Reason, Message = e.Message } }, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>After a failure: closes whatever there is.</summary>
    public void Abandon()
    {
        _reader?.Dispose();
        _channel.Dispose();
    }

    private HandshakeResult Result(EntityName peer)
    {
        _reader!.HeaderMax = FramePrelude.HeaderBytesMax;
        _reader.PayloadMax = FramePrelude.PayloadBytesMax;
        return new HandshakeResult(peer, _channel, _reader);
    }

    private void LimitReader()
    {
        _reader!.HeaderMax = HandshakeFrameBytesMax;
        _reader.PayloadMax = 0;
    }

    private async Task CheckBannerAsync(CancellationToken cancellationToken)
    {
        byte[] banner = await _reader!.ReadRawAsync(Banner.Bytes, cancellationToken).ConfigureAwait(false)
            ?? throw new HandshakeException(HandshakeFailure.NotCairn, "the peer closed the connection before it said anything");
        Banner.Check(banner, options.Mode);
    }

    private Hello MakeHello(string target) => new()
    {
        Fsid = ByteString.CopyFrom(options.Fsid.ToByteArray(bigEndian: true)),
        Entity = options.Identity.Name.ToString(),
        Target = target,
        Version = Banner.ProtocolVersion,
        Mode = (uint)options.Mode,
        Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(NonceBytes)),
        Certificate = options.Mode == DataPlaneMode.Crc ? ByteString.CopyFrom(options.Identity.Certificate.RawData) : ByteString.Empty,
    };

    private static Hello ParseHello(ByteString bytes)
    {
        try
        {
            return Hello.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HandshakeException(HandshakeFailure.NotCairn, $"the peer's Hello is malformed: {e.Message}", e);
        }
    }

    /// <summary>What can be checked before any signature: same cluster, version and mode, and a nonce worth signing.</summary>
    private void CheckHello(Hello hello)
    {
        if (hello.Fsid.Length != 16 || new Guid(hello.Fsid.Span, bigEndian: true) != options.Fsid)
        {
            string theirs = hello.Fsid.Length == 16 ? new Guid(hello.Fsid.Span, bigEndian: true).ToString() : "malformed";
            throw new HandshakeException(HandshakeFailure.WrongFsid, $"the peer belongs to cluster {theirs}, we to {options.Fsid}");
        }

        if (hello.Version != Banner.ProtocolVersion || hello.Mode != (uint)options.Mode || hello.Nonce.Length != NonceBytes)
        {
            throw new HandshakeException(HandshakeFailure.WrongVersion, "the peer's Hello contradicts its banner");
        }
    }

    private EntityName CheckPeer(Hello hello, ReadOnlySpan<byte> role, ReadOnlySpan<byte> initiator, ReadOnlySpan<byte> acceptor, ReadOnlySpan<byte> signature)
    {
        CheckHello(hello);
        X509Certificate2 certificate = _tlsPeer ?? LoadCertificate(hello.Certificate.Span);
        if (!options.Identity.TryVerify(certificate, out EntityName peer, out string error) || peer.ToString() != hello.Entity)
        {
            throw new HandshakeException(
                HandshakeFailure.NotAuthenticated,
                error.Length > 0 ? error : $"the peer calls itself '{hello.Entity}', but its certificate is {peer}'s");
        }

        if (_tlsPeer is null && !EntityIdentity.VerifySignature(certificate, HandshakeText.Signed(role, initiator, acceptor), signature))
        {
            throw new HandshakeException(HandshakeFailure.NotAuthenticated, $"the signature of {peer} is wrong");
        }

        return peer;
    }

    private ByteString Sign(ReadOnlySpan<byte> role, ReadOnlySpan<byte> initiator, ReadOnlySpan<byte> acceptor) =>
        options.Mode == DataPlaneMode.Secure
            ? ByteString.Empty
            : ByteString.CopyFrom(options.Identity.Sign(HandshakeText.Signed(role, initiator, acceptor)));

    private static X509Certificate2 LoadCertificate(ReadOnlySpan<byte> der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException e)
        {
            throw new HandshakeException(HandshakeFailure.NotAuthenticated, "the peer's certificate is malformed", e);
        }
    }

    private async Task StartTlsAsync(Func<SslStream, Task> authenticate)
    {
        SslStream stream = new(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false);
        _channel = new TlsChannel(socket, stream);
        try
        {
            await authenticate(stream).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            throw new HandshakeException(HandshakeFailure.NotAuthenticated, $"TLS failed: {e.Message}", e);
        }

        _tlsPeer = stream.RemoteCertificate as X509Certificate2
            ?? throw new HandshakeException(HandshakeFailure.NotAuthenticated, "the peer has no certificate");
        _reader!.Dispose();
        _reader = new FrameReader(_channel);
    }

    private SslClientAuthenticationOptions ClientTls() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        TargetHost = "",
        ClientCertificateContext = options.Identity.TlsContext,
        RemoteCertificateValidationCallback = options.Identity.ValidatePeer(static _ => true),
    };

    private SslServerAuthenticationOptions ServerTls() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateRequired = true,
        ServerCertificateContext = options.Identity.TlsContext,
        RemoteCertificateValidationCallback = options.Identity.ValidatePeer(static _ => true),
    };

    private async Task SendAsync(FrameHeader header, CancellationToken cancellationToken)
    {
        FrameWriter writer = new(_channel);
        writer.Begin();
        try
        {
            if (!writer.TryAdd(new HandshakeFrame(header)))
            {
                await writer.AddLargeAsync(cancellationToken).ConfigureAwait(false);
            }

            await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writer.End();
        }
    }

    private async Task<FrameHeader> ReceiveAsync(FrameHeader.MessageOneofCase expected, CancellationToken cancellationToken)
    {
        (Frame Frame, PooledBuffer Payload)? received = await _reader!.ReadAsync(cancellationToken).ConfigureAwait(false);
        FrameHeader? header = (received?.Frame as HandshakeFrame)?.Header;
        if (header?.MessageCase == FrameHeader.MessageOneofCase.Refused)
        {
            HandshakeFailure reason = Enum.IsDefined((HandshakeFailure)header.Refused.Reason) ? (HandshakeFailure)header.Refused.Reason : HandshakeFailure.NotCairn;
            throw new HandshakeException(reason, $"{remote} refused the connection: {header.Refused.Message}");
        }

        return header?.MessageCase == expected
            ? header
            : throw new HandshakeException(
                HandshakeFailure.NotCairn,
                received is null ? $"the peer closed the connection instead of sending {expected}" : $"the peer did not send {expected}");
    }
}
