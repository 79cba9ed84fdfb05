using System.Runtime.InteropServices;

namespace AuditFunctions.Benchmarks;

/// <summary>What the children of this process have used that have ended: the operating system's own accounting, so nothing of a run is missed.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakBytes">The largest resident set of any one of them.</param>
internal readonly partial record struct ChildUsage(double CpuSeconds, long PeakBytes)
{
    private const int OfChildren = -1;

    public static ChildUsage Now()
    {
        if (GetUsage(OfChildren, out var usage) != 0)
        {
            throw new InvalidOperationException($"getrusage failed ({Marshal.GetLastPInvokeError()}).");
        }

        return new ChildUsage(usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicros + usage.SystemMicros) / 1e6), usage.MaxResidentKib * 1024);
    }

    // struct rusage of 64-bit Linux.
    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetUsage(int who, out Usage usage);

    [StructLayout(LayoutKind.Sequential)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicros;
        public long SystemSeconds;
        public long SystemMicros;
        public long MaxResidentKib;
        public Rest Rest;
    }

    [System.Runtime.CompilerServices.InlineArray(13)]
    private struct Rest
    {
        private long _first;
    }
}
