using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cairn.Messaging.DataPlane.Loops;

/// <summary>The Linux calls that an event loop is made of, with their names and numbers from the kernel's headers.</summary>
internal static partial class Epoll
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;
    public const uint PeerHungUp = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    public const int WouldBlock = 11;
    public const int Interrupted = 4;
    public const int InProgress = 115;

    /// <summary>MSG_DONTWAIT | MSG_NOSIGNAL.</summary>
    public const int NeverBlock = 0x40 | 0x4000;

    private const int SocketLevel = 1;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Add = 1;
    private const int Delete = 2;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static int EventBytes { get; } = s_dataOffset + sizeof(ulong);

    public static int Create() => Check(epoll_create1(CloseOnExec));

    public static int CreateWaker() => Check(eventfd(0, CloseOnExec | NonBlocking));

    public static unsafe void Register(int epoll, int descriptor, uint events, ulong data)
    {
        byte* record = stackalloc byte[16];
        var span = new Span<byte>(record, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(span, events);
        BinaryPrimitives.WriteUInt64LittleEndian(span[s_dataOffset..], data);
        Check(epoll_ctl(epoll, Add, descriptor, record));
    }

    public static unsafe void Unregister(int epoll, int descriptor) => Check(epoll_ctl(epoll, Delete, descriptor, null));

    /// <returns>Events written to <paramref name="events"/>; 0 when interrupted.</returns>
    public static unsafe int Wait(int epoll, Span<byte> events, int timeoutMs)
    {
        fixed (byte* start = events)
        {
            int count = epoll_wait(epoll, start, events.Length / EventBytes, timeoutMs);
            return count >= 0 ? count : Marshal.GetLastPInvokeError() == Interrupted ? 0 : Check(count);
        }
    }

    public static (uint Events, ulong Data) EventAt(ReadOnlySpan<byte> events, int index)
    {
        ReadOnlySpan<byte> record = events.Slice(index * EventBytes, EventBytes);
        return (BinaryPrimitives.ReadUInt32LittleEndian(record), BinaryPrimitives.ReadUInt64LittleEndian(record[s_dataOffset..]));
    }

    public static unsafe void Wake(int waker)
    {
        ulong one = 1;
        // Fails only when the counter is full: then the loop is awake.
        _ = write(waker, (byte*)&one, sizeof(ulong));
    }

    /// <returns>Bytes received, 0 at the end of the stream, or -1: see the error.</returns>
    public static unsafe int Receive(int socket, Span<byte> buffer, out int error)
    {
        fixed (byte* start = buffer)
        {
            nint received = recv(socket, start, buffer.Length, NeverBlock);
            error = received < 0 ? Marshal.GetLastPInvokeError() : 0;
            return (int)received;
        }
    }

    /// <returns>Bytes sent, or -1: see the error.</returns>
    public static unsafe int Send(int socket, ReadOnlySpan<byte> bytes, out int error)
    {
        fixed (byte* start = bytes)
        {
            nint sent = send(socket, start, bytes.Length, NeverBlock);
            error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
            return (int)sent;
        }
    }

    /// <summary>Sends what lies at these addresses, as if it were one piece.</summary>
    public static unsafe long Send(int socket, ReadOnlySpan<IoVector> parts, out int error)
    {
        fixed (IoVector* start = parts)
        {
            var message = new MessageHeader { Parts = start, PartCount = parts.Length };
            nint sent = sendmsg(socket, &message, NeverBlock);
            error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
            return sent;
        }
    }

    /// <returns>0, or the error: <see cref="InProgress"/> when it goes on.</returns>
    public static unsafe int Connect(int socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address)
        {
            return connect(socket, start, address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>How many bytes are to be there before a socket counts as readable. Less is enough when no more can come.</summary>
    /// <remarks>A hint: if the kernel refuses it, the socket counts as readable earlier.</remarks>
    public static unsafe void SetLowWater(int socket, int bytes)
    {
        const int ReceiveLowWater = 18;
        _ = setsockopt(socket, SocketLevel, ReceiveLowWater, &bytes, sizeof(int));
    }

    public static void Shutdown(int socket) => _ = shutdown(socket, 2);

    /// <summary>What became of a connect that was in progress.</summary>
    public static unsafe int PendingError(int socket)
    {
        const int Error = 4;
        int value = 0;
        int length = sizeof(int);
        return getsockopt(socket, SocketLevel, Error, &value, &length) == 0 ? value : Marshal.GetLastPInvokeError();
    }

    public static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), ToSocketException(error));

    public static SocketException ToSocketException(int error) => new((int)(error switch
    {
        32 => SocketError.Shutdown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }));

    private static int Check(int result) => result >= 0 ? result : throw Failure(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_ctl(int epoll, int operation, int descriptor, byte* record);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_wait(int epoll, byte* events, int max, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint sendmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int connect(int socket, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int getsockopt(int socket, int level, int option, int* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setsockopt(int socket, int level, int option, void* value, int length);

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Parts;
        public nint PartCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Start;
    public nint Length;
}
