using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>throttling</c>.</summary>
internal static class ThrottlingReader
{
    /// <summary>Reads the map.</summary>
    public static ThrottlingDefinition Read(SettingReader reader, SettingMap none)
    {
        var throttling = reader.Map("throttling") ?? new SettingReader(none, "throttling", reader.Problems);
        var read = new ThrottlingDefinition
        {
            RemainingHeader = HeaderName.Of(throttling, "remainingHeader"),
            ResetHeader = HeaderName.Of(throttling, "resetHeader"),
            ResetFormat = throttling.Choice("resetFormat", "unix-s", "seconds", "milliseconds", "iso8601", "unix-ms"),
            BodyContains = [.. throttling.Texts("bodyContains")],
        };
        if (throttling.Has("resetFormat") && read.ResetHeader is null)
        {
            throttling.Problems.Add(throttling.At("resetFormat"), "says how 'resetHeader' is written, which is missing.");
        }

        throttling.Finish();
        return read;
    }
}
