using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cairn.Messaging.Security;

/// <summary>Who we are, with the key that proves it, and the authority whose word on others counts.</summary>
public sealed class EntityIdentity : IDisposable
{
    private readonly X509Certificate2 _authority;

    private EntityIdentity(EntityName name, X509Certificate2 certificate, X509Certificate2 authority)
    {
        Name = name;
        Certificate = certificate;
        _authority = authority;
        TlsContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
    }

    public EntityName Name { get; }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public SslStreamCertificateContext TlsContext { get; }

    /// <summary>Loads ca.crt, NAME.crt and NAME.key from <paramref name="tlsDirectory"/>.</summary>
    /// <exception cref="IdentityException">A file is missing or unreadable, or they do not belong together.</exception>
    public static EntityIdentity Load(string tlsDirectory, EntityName name)
    {
        string certificatePath = Path.Combine(tlsDirectory, $"{name}.crt");
        X509Certificate2 certificate = Read(certificatePath, p => X509Certificate2.CreateFromPemFile(p, Path.ChangeExtension(p, null) + ".key"));
        X509Certificate2 authority = Read(Path.Combine(tlsDirectory, "ca.crt"), X509CertificateLoader.LoadCertificateFromFile);
        EntityIdentity identity = new(name, certificate, authority);
        return identity.TryVerify(certificate, out EntityName issuedTo, out string error) && issuedTo == name
            ? identity
            : throw new IdentityException(error.Length > 0 ? $"{certificatePath}: {error}" : $"{certificatePath} was issued to {issuedTo}, not to {name}");
    }

    /// <summary>Whether the cluster CA issued the certificate, it holds today, and to whom it was issued.</summary>
    public bool TryVerify(X509Certificate2 certificate, out EntityName name, out string error)
    {
        name = default;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            error = $"the certificate is not one of this cluster's CA: {string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}";
            return false;
        }

        string commonName = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        error = EntityName.TryParse(commonName, out name) ? "" : $"the certificate's common name '{commonName}' is no entity";
        return error.Length == 0;
    }

    /// <summary>For TLS stacks: accepts peers of this cluster that <paramref name="accept"/> takes. Host names mean nothing here: the entity does.</summary>
    public RemoteCertificateValidationCallback ValidatePeer(Func<EntityName, bool> accept) => (_, certificate, _, _) =>
        certificate is X509Certificate2 peer && TryVerify(peer, out EntityName name, out _) && accept(name);

    /// <summary>Signs with the entity's key: ECDSA P-256 over SHA-256, 64 bytes.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> data)
    {
        using ECDsa key = Certificate.GetECDsaPrivateKey() ?? throw new IdentityException($"the certificate of {Name} has no ECDSA key");
        return key.SignData(data, HashAlgorithmName.SHA256);
    }

    internal static bool VerifySignature(X509Certificate2 certificate, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using ECDsa? key = certificate.GetECDsaPublicKey();
        return key is not null && key.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _authority.Dispose();
    }

    private static X509Certificate2 Read(string path, Func<string, X509Certificate2> load)
    {
        try
        {
            return load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new IdentityException($"can't load the identity {path}: {e.Message}", e);
        }
    }
}
