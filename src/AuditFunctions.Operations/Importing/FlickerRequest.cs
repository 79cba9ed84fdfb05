using AuditFunctions.Configuration;

namespace AuditFunctions.Operations.Importing;

/// <summary>The request of a flicker source: endpoint, headers, time filter and paging.</summary>
internal static class FlickerRequest
{
    private static readonly string[] Harmless = ["accept", "accept-encoding", "accept-language", "content-type", "user-agent", "prefer"];

    /// <summary>Sets the columns of the request.</summary>
    public static void Read(RowImport import, FlickerMap map, string name, Dictionary<string, string> columns)
    {
        var about = $"source '{name}'";
        var query = new List<string>();
        Endpoint(import, map, name, columns, query);
        FlickerImport.Put(columns, "method", map.Text("method")?.ToUpperInvariant());
        Headers(import, map.Map("headers"), name, columns);
        Basic(import, map, name, columns);
        var parameters = map.Map("params", "query", "query_params");
        foreach (var (key, value) in parameters.Texts())
        {
            Parameter(import, name, columns, query, key, value);
        }

        parameters.NoteRest(import, about, "params.");

        TimeFilter(import, map.Map("time_filter", "time_filters", "time_range"), map, columns, query, about);
        Paging(import, map.Map("pagination", "paging"), columns, query, about);
        FlickerImport.Put(columns, "query", string.Join('&', query));
    }

    private static void Endpoint(RowImport import, FlickerMap map, string name, Dictionary<string, string> columns, List<string> query)
    {
        var endpoint = map.Text("endpoint", "url") ?? "";
        var parts = endpoint.Split('?', 2);
        if (ImportedAddress.Of(import, $"source '{name}'", "endpoint", parts[0]) is not { } url)
        {
            return;
        }

        columns["url"] = url;
        foreach (var pair in parts.Length > 1 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            var entry = pair.Split('=', 2);
            Parameter(import, name, columns, query, entry[0], entry.Length > 1 ? entry[1] : "");
        }
    }

    private static void Parameter(RowImport import, string name, Dictionary<string, string> columns, List<string> query, string key, string value)
    {
        if (!RowImport.HasVariable(value) && !ImportedAddress.IsSecretWord(key))
        {
            query.Add($"{TextTemplate.Escape(key)}={TextTemplate.Escape(value)}");
        }
        else if (columns.TryAdd("auth", "query"))
        {
            (columns["authName"], columns["apiKey"]) = (key, import.Reference(name, "apikey", value, $"query parameter '{key}'"));
        }
        else
        {
            import.Note($"source '{name}'", $"the query parameter '{key}' seems to be a second secret and is left out; 'auth' takes one.");
        }
    }

    private static void Headers(RowImport import, FlickerMap headers, string name, Dictionary<string, string> columns)
    {
        var lines = new List<string>();
        foreach (var (header, value) in headers.Texts())
        {
            var isHarmless = !RowImport.HasVariable(value) && (Harmless.Contains(header.ToLowerInvariant()) || header.Contains("version", StringComparison.OrdinalIgnoreCase));
            var isBearer = header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
            if (isHarmless)
            {
                lines.Add($"{header}: {TextTemplate.Escape(value)}");
            }
            else if (columns.ContainsKey("auth"))
            {
                import.Note($"source '{name}'", $"the header '{header}' may hold a second secret and is left out; 'auth' takes one, and 'headers' those that are none.");
            }
            else if (isBearer)
            {
                (columns["auth"], columns["token"]) = ("bearer", import.Reference(name, "token", value["Bearer ".Length..].Trim(), $"header '{header}', behind 'Bearer '"));
            }
            else
            {
                (columns["auth"], columns["authName"]) = ("header", header);
                columns["apiKey"] = import.Reference(name, "apikey", value, $"header '{header}'");
            }
        }

        headers.NoteRest(import, $"source '{name}'", "headers.");
        FlickerImport.Put(columns, "headers", string.Join('\n', lines));
    }

    private static void Basic(RowImport import, FlickerMap map, string name, Dictionary<string, string> columns)
    {
        var basic = map.Map("basic", "basic_auth");
        if (map.Text("api_key", "token") is { } key && columns.TryAdd("auth", "bearer"))
        {
            columns["token"] = import.Reference(name, "token", key, "'api_key'");
        }
        else if (basic.IsThere && columns.TryAdd("auth", "basic"))
        {
            FlickerImport.Put(columns, "username", basic.Text("username"));
            columns["password"] = import.Reference(name, "password", basic.Text("password") ?? "", "'basic.password'");
        }
    }

    private static void TimeFilter(RowImport import, FlickerMap filter, FlickerMap map, Dictionary<string, string> columns, List<string> query, string about)
    {
        var from = filter.Text("start_param", "since_param", "from_param", "param", "start") ?? map.Text("since_param", "start_param");
        var to = filter.Text("end_param", "until_param", "to_param", "end") ?? map.Text("until_param", "end_param");
        query.AddRange(new[] { (from, "{from}"), (to, "{to}") }.Where(bound => bound.Item1 is not null).Select(bound => $"{bound.Item1}={bound.Item2}"));
        if (from is null)
        {
            import.Note(about, "no time filter was found: every poll reads the whole list. Add one to 'query', such as since={from}.");
        }

        var format = filter.Text("format", "time_format");
        FlickerImport.Put(columns, "requestTimeFormat", format?.ToLowerInvariant() switch
        {
            "unix" or "epoch" or "unix_seconds" or "unix_s" => "unix-s",
            "unix_ms" or "epoch_ms" or "unix_millis" => "unix-ms",
            "rfc3339" => "rfc3339",
            "iso8601" => "iso8601",
            _ => null,
        });
        if (format is not null && !columns.ContainsKey("requestTimeFormat"))
        {
            import.Note(about, "the time filter's format is not known here; write it as 'requestTimeFormat'.");
        }

        filter.NoteRest(import, about, "time_filter.");
    }

    private static void Paging(RowImport import, FlickerMap paging, Dictionary<string, string> columns, List<string> query, string about)
    {
        if (!paging.IsThere)
        {
            return;
        }

        var kind = paging.Text("type", "kind", "style")?.ToLowerInvariant();
        var size = paging.Text("limit_param", "size_param", "page_size_param");
        switch (kind)
        {
            case "cursor":
                columns["paging"] = "cursor";
                FlickerImport.Put(columns, "next", FlickerImport.PathOf(paging.Text("cursor_path", "next_cursor_path", "cursor_field", "next_field", "next")));
                query.Add($"{paging.Text("cursor_param", "param") ?? "cursor"}={{cursor}}");
                break;
            case "page":
            case "page_number":
                columns["paging"] = "page";
                FlickerImport.Put(columns, "firstPage", paging.Text("start_page", "first_page", "start"));
                query.Add($"{paging.Text("page_param", "param") ?? "page"}={{page}}");
                columns["stop"] = "empty-page";
                break;
            case "offset":
                columns["paging"] = "offset";
                query.Add($"{paging.Text("offset_param", "param") ?? "offset"}={{offset}}");
                size ??= "limit";
                columns["stop"] = "empty-page";
                break;
            case "link" or "link_header":
                columns["paging"] = "link-header";
                break;
            default:
                import.Note(about, "this kind of paging has no equivalent; say it as 'paging' ('auditfn templates show http-json').");
                break;
        }

        if (size is not null)
        {
            query.Add($"{size}={{pageSize}}");
        }

        FlickerImport.Put(columns, "pageSize", paging.Text("page_size", "limit", "size"));
        paging.NoteRest(import, about, "pagination.");
    }
}
