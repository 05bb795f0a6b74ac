using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cairn.Messaging.Security;

/// <summary>The cluster's certificate authority: made once, and needed only where identities are issued. Keys are ECDSA P-256, files PEM.</summary>
public sealed class ClusterCa : IDisposable
{
    private const string CertificateFile = "ca.crt";
    private const string KeyFile = "ca.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);
    private static readonly TimeSpan CaLifetime = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan EntityLifetime = TimeSpan.FromDays(10 * 365);

    private readonly X509Certificate2 _certificate;

    private ClusterCa(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Makes a new authority in <paramref name="tlsDirectory"/>: ca.crt and ca.key.</summary>
    /// <exception cref="IOException">There is one already.</exception>
    public static ClusterCa Create(string tlsDirectory, Guid fsid, TimeProvider time)
    {
        Directory.CreateDirectory(tlsDirectory);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=cairn cluster {fsid}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now - ClockSkew, now + CaLifetime);
        WriteNew(Path.Combine(tlsDirectory, KeyFile), key.ExportPkcs8PrivateKeyPem(), secret: true);
        WriteNew(Path.Combine(tlsDirectory, CertificateFile), certificate.ExportCertificatePem(), secret: false);
        return new ClusterCa(certificate);
    }

    /// <exception cref="IdentityException">The folder has no ca.crt and ca.key that belong together.</exception>
    public static ClusterCa Open(string tlsDirectory)
    {
        try
        {
            return new ClusterCa(X509Certificate2.CreateFromPemFile(Path.Combine(tlsDirectory, CertificateFile), Path.Combine(tlsDirectory, KeyFile)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new IdentityException($"can't open the cluster's CA in {tlsDirectory}: {e.Message}", e);
        }
    }

    /// <summary>Issues NAME.crt and NAME.key into <paramref name="tlsDirectory"/>, replacing those of an earlier issue.</summary>
    public void Issue(string tlsDirectory, EntityName entity, TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={entity}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        // gRPC in other languages checks a DNS name and lets one override it: the entity is that name.
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(entity.ToString());
        request.CertificateExtensions.Add(names.Build());

        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = now + EntityLifetime;
        using X509Certificate2 certificate = request.Create(
            _certificate,
            now - ClockSkew,
            end < _certificate.NotAfter ? end : _certificate.NotAfter,
            RandomNumberGenerator.GetBytes(16));
        string keyPath = Path.Combine(tlsDirectory, $"{entity}.key");
        string certificatePath = Path.Combine(tlsDirectory, $"{entity}.crt");
        Directory.CreateDirectory(tlsDirectory);
        File.Delete(keyPath);
        File.Delete(certificatePath);
        WriteNew(keyPath, key.ExportPkcs8PrivateKeyPem(), secret: true);
        WriteNew(certificatePath, certificate.ExportCertificatePem(), secret: false);
    }

    public void Dispose() => _certificate.Dispose();

    private static void WriteNew(string path, string pem, bool secret)
    {
        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = secret ? OwnerOnly : OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
        using StreamWriter writer = new(file);
        writer.WriteLine(pem);
    }
}
