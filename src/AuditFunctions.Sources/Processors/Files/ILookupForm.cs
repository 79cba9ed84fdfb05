namespace AuditFunctions.Sources.Processors.Files;

/// <summary>How the bytes of a lookup file are read. Implementations are records: equal ones read the same.</summary>
public interface ILookupForm
{
    /// <summary>The largest file that is read, in bytes: its content stays in memory.</summary>
    long MostBytes { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file; may be kept.</param>
    /// <exception cref="LookupFileException">It is not what it should be.</exception>
    ILookupContent Read(byte[] bytes);
}

/// <summary>What was read of a lookup file. Immutable and thread safe.</summary>
public interface ILookupContent
{
    /// <summary>About how many bytes of memory it holds.</summary>
    long Bytes { get; }
}
