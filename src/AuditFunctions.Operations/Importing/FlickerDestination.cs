using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Operations.Importing;

/// <summary>A destination of a flicker source as a row; sources that send to the same place share it.</summary>
internal static class FlickerDestination
{
    /// <summary>Reads it.</summary>
    /// <returns>The name of the row, or of one that is still to be made.</returns>
    public static string Read(RowImport import, FlickerMap map, string source)
    {
        var columns = TableRow.NewColumns();
        var about = $"source '{source}', its destination";
        var kind = map.Text("type")?.ToLowerInvariant();
        switch (kind)
        {
            case "http":
                (columns["type"], columns["body"]) = ("http", "ndjson");
                FlickerImport.Put(columns, "url", AddressOf(import, about, map.Text("endpoint", "url")));
                import.Note(about, "bodies are JSON lines now ('body: ndjson'); 'array' and 'envelope' are the others.");
                break;
            case "elasticsearch":
                (columns["type"], columns["auth"]) = ("elastic", "none");
                FlickerImport.Put(columns, "url", AddressOf(import, about, map.Text("url", "endpoint")));
                FlickerImport.Put(columns, "index", map.Text("index"));
                break;
            case "syslog":
                columns["type"] = "syslog";
                columns["address"] = $"{map.Text("host")}:{map.Text("port") ?? "514"}";
                columns["transport"] = map.Text("protocol")?.ToLowerInvariant() ?? "udp";
                break;
            case "file":
                (columns["type"], columns["folder"]) = ("file", "audit");
                map.Take("path");
                import.Note(about, "files are written below Shipping__FileFolder, here into 'audit'; 'path' is left out.");
                break;
            default:
                import.Note(about, "is missing or of a kind that has no equivalent; make one named 'siem' with 'auditfn destinations new'.");
                return "siem";
        }

        Secrets(import, map, columns, kind!);
        map.Take("require_auth");
        map.NoteRest(import, about, "destination.");
        if (import.DestinationLike(columns) is { } same)
        {
            return same;
        }

        var name = import.NameOf(RowKind.Destination, kind!);
        import.Add(RowKind.Destination, new TableRow(name, columns));
        return name;
    }

    private static string? AddressOf(RowImport import, string about, string? text) => text is null ? null : ImportedAddress.Of(import, about, "destination.endpoint", text);

    private static void Secrets(RowImport import, FlickerMap map, Dictionary<string, string> columns, string kind)
    {
        var basic = map.Map("basic", "basic_auth");
        if (kind is "http" or "elasticsearch" && map.Text("api_key") is { } key)
        {
            columns["auth"] = kind == "http" ? "bearer" : "api-key";
            columns[kind == "http" ? "token" : "apiKey"] = import.Reference(kind, "token", key, "'destination.api_key'");
        }
        else if (basic.IsThere)
        {
            columns["auth"] = "basic";
            FlickerImport.Put(columns, "username", basic.Text("username"));
            columns["password"] = import.Reference(kind, "password", basic.Text("password") ?? "", "'destination.basic.password'");
        }
    }
}
