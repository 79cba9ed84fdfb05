using AuditFunctions.Hosting;
namespace AuditFunctions.Cli.Output;

/// <summary>A file that a command writes whole, and that must not exist yet.</summary>
internal static class OutFile
{
    /// <summary>Sees to it that nothing is asked of a vendor for a file that cannot be written.</summary>
    /// <exception cref="OperationException">It exists.</exception>
    public static void MustNotExist(string folder, string file)
    {
        if (File.Exists(Path.Combine(folder, file)))
        {
            throw new OperationException(Exists(file));
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="folder">What its name is relative to.</param>
    /// <param name="file">Its name, as it was given.</param>
    /// <param name="text">What to write.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">It exists or cannot be written.</exception>
    public static async Task WriteAsync(string folder, string file, string text, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file);
        try
        {
            await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(File.Exists(path)
                ? Exists(file)
                : $"The file '{file}' cannot be written: {exception.Message}");
        }
    }

    private static string Exists(string file) => $"The file '{file}' exists already; nothing was written. Give another name, or remove it first.";
}
