using Microsoft.Win32.SafeHandles;

namespace AuditFunctions.Destinations;

/// <summary>Standard output as a place to deliver to.</summary>
internal static class StandardOutput
{
    /// <summary>Opens it.</summary>
    public static Stream Open() => Open(descriptor: 1);

    /// <summary>Opens what is open under a number of this process.</summary>
    internal static Stream Open(nint descriptor)
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        // The console's own stream takes what a reader who has left never gets for written, and while one does not read it holds up all that is
        // written to standard error. Only a file has a place in it that others share and that stays the system's.
        var output = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }
}
