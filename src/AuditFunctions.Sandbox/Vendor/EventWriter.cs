using System.Buffers;

namespace AuditFunctions.Sandbox;

/// <summary>Writes events of the log in one vendor's shape.</summary>
internal sealed class EventWriter(SandboxVendorOptions options, EventShape shape)
{
    /// <summary>Writes one event as JSON.</summary>
    public void Write(PooledBuffer output, LogView log, int number)
    {
        if (options.ReplaceEvent?.Invoke(number) is { } replacement)
        {
            output.Write(replacement);
            return;
        }

        shape.Write(output, EventLog.Facts(options.Seed, log, number));
    }

    /// <summary>Writes events as a JSON array.</summary>
    public void WriteArray(PooledBuffer output, LogView log, IReadOnlyList<int> numbers)
    {
        output.WriteByte((byte)'[');
        for (var i = 0; i < numbers.Count; i++)
        {
            if (i > 0)
            {
                output.WriteByte((byte)',');
            }

            Write(output, log, numbers[i]);
        }

        output.WriteByte((byte)']');
    }

    /// <summary>Writes events as a JSON object, each under its id.</summary>
    public void WriteDictionary(PooledBuffer output, LogView log, IReadOnlyList<int> numbers)
    {
        output.WriteByte((byte)'{');
        for (var i = 0; i < numbers.Count; i++)
        {
            output.WriteText($"{(i > 0 ? "," : "")}\"{EventLog.Facts(options.Seed, log, numbers[i]).Id}\":");
            Write(output, log, numbers[i]);
        }

        output.WriteByte((byte)'}');
    }
}
