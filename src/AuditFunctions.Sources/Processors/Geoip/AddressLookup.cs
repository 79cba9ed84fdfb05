using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Texts;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Geoip;

/// <summary>Adds what a MaxMind database says of an address: the part that its actions have in common.</summary>
/// <param name="path">Where the address is.</param>
/// <param name="into">Where the answer goes.</param>
/// <param name="file">The database.</param>
/// <param name="write">Writes the answer's members as JSON; false when there is nothing to say.</param>
internal sealed class AddressLookup(FieldPath[] path, FieldPath[] into, LookupFile file, Func<IReadOnlyDictionary<string, object>, PooledBytes, bool> write) : IProcessor
{
    /// <summary>The keys, for people.</summary>
    public const string Keys = "`path`, `into` (names only), `file` (`.mmdb`)";

    /// <summary>Reads the keys.</summary>
    public static AddressLookup Read(SettingReader reader, ProcessorSettings settings, Func<IReadOnlyDictionary<string, object>, PooledBytes, bool> write)
    {
        var path = reader.Field("path");
        var target = reader.Required("into") is { Length: > 0 } text ? FieldSetting.Target(reader, "into", text) : null;
        var file = new LookupFile(LookupFileName.Read(reader, ".mmdb"), new AddressDatabaseForm());
        settings.Files.Add(file);
        return new AddressLookup([path.Only(FieldKinds.Texts)], target is null ? [] : [target], file, write);
    }

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (call.Search.Find(json, path, firstOnly: true) is not [var first, ..]
            || !AddressText.TryRead(JsonText.Unescape(json, first.Slice(json)), out var address))
        {
            return ProcessorOutcome.Unchanged;
        }

        if (call.Page.File<AddressDatabase>(file, out var problem) is not { } database)
        {
            return call.Fail(problem);
        }

        call.Scratch.Clear();
        try
        {
            if (database.Find(address) is not { } found || !write(found, call.Scratch))
            {
                return ProcessorOutcome.Unchanged;
            }
        }
        catch (LookupFileException exception)
        {
            return call.Fail($"lookup file '{file.Name}' {exception.Message}");
        }

        return call.Output.TryWriteWith(json, into, call.Scratch.WrittenSpan, call.Search) ? ProcessorOutcome.Changed : call.Fail(FieldWriting.NoObject);
    }
}
