using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>A real terminal (pty(7)) of 80 columns and 24 lines, with a command in it. What is typed goes the way of a keyboard: Ctrl-C is a signal of the kernel's.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    // O_RDWR | O_NOCTTY | O_CLOEXEC: it is neither this process's own terminal, nor open in other children of it.
    private const int ReadAndWriteAlone = 0x80102;

    // The command's own session, with the terminal as its own: else no key is a signal to it. What runs in the background of a shell, tests too, ignores Ctrl-C, and
    // would hand that down.
    private const string InSession = "exec env --default-signal=INT setsid --ctty --wait sh -c \"stty cols 80 rows 24; exec $1\" <\"$0\" >\"$0\" 2>&1";

    private readonly FileStream _keyboardAndScreen;
    private readonly SafeFileHandle _other;
    private readonly Process _process;
    private readonly StringBuilder _text = new();
    private readonly Task _reading;

    private PseudoTerminal(FileStream keyboardAndScreen, SafeFileHandle other, Process process, Func<string, bool> wantsInterrupt)
    {
        (_keyboardAndScreen, _other, _process) = (keyboardAndScreen, other, process);
        _reading = Task.Run(() => Read(wantsInterrupt));
    }

    /// <summary>Starts a command.</summary>
    /// <param name="command">The command, as a shell reads it.</param>
    /// <param name="environment">What is added to the environment.</param>
    /// <param name="wantsInterrupt">Asked with all the text so far, until it says yes: then Ctrl-C is pressed.</param>
    public static PseudoTerminal Start(string command, IEnumerable<KeyValuePair<string, string?>> environment, Func<string, bool> wantsInterrupt)
    {
        var master = posix_openpt(ReadAndWriteAlone);
        Assert.True(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "there is no pseudo-terminal");
        var name = Marshal.PtrToStringUTF8(ptsname(master))!;

        // Open until the command has ended: reading would end while nobody has the other side open.
        var other = new SafeFileHandle(open(name, ReadAndWriteAlone), ownsHandle: true);
        var start = new ProcessStartInfo("sh", ["-c", InSession, name, command]) { UseShellExecute = false };
        foreach (var (variable, value) in environment.Append(new("TERM", "xterm-256color")))
        {
            start.Environment[variable] = value;
        }

        return new PseudoTerminal(new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0), other, Process.Start(start)!, wantsInterrupt);
    }

    /// <summary>Waits for the command's end.</summary>
    /// <returns>Its exit code and all that it wrote.</returns>
    public async Task<(int ExitCode, string Text)> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"it did not end; it wrote: {_text}");
        }

        _other.Dispose();
        await _reading;
        return (_process.ExitCode, _text.ToString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        _other.Dispose();
        _keyboardAndScreen.Dispose();
    }

    private void Read(Func<string, bool> wantsInterrupt)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[4096];
        var characters = new char[4096];
        var isInterrupted = false;
        try
        {
            int read;
            while ((read = _keyboardAndScreen.Read(bytes)) > 0)
            {
                _text.Append(characters, 0, decoder.GetChars(bytes.AsSpan(0, read), characters, flush: false));
                if (!isInterrupted && wantsInterrupt(_text.ToString()))
                {
                    isInterrupted = true;
                    _keyboardAndScreen.Write("\x03"u8);
                }
            }
        }
        catch (IOException)
        {
            // EIO: nobody has the other side open any more.
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open(string name, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int posix_openpt(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int grantpt(int master);

    [DllImport("libc", SetLastError = true)]
    private static extern int unlockpt(int master);

    [DllImport("libc", SetLastError = true)]
    private static extern IntPtr ptsname(int master);
}
