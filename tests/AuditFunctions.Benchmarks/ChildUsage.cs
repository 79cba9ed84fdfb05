using System.Runtime.InteropServices;

namespace AuditFunctions.Benchmarks;

/// <summary>The processor time of the children of this process that have ended: the operating system's own accounting, so nothing of a run is missed.</summary>
internal static partial class ChildUsage
{
    private const int OfChildren = -1;

    /// <summary>User and system time so far, in seconds.</summary>
    public static double CpuSeconds()
    {
        if (GetUsage(OfChildren, out var usage) != 0)
        {
            throw new InvalidOperationException($"getrusage failed ({Marshal.GetLastPInvokeError()}).");
        }

        return usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicros + usage.SystemMicros) / 1e6);
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
        public Rest Rest;
    }

    [System.Runtime.CompilerServices.InlineArray(14)]
    private struct Rest
    {
        private long _first;
    }
}
