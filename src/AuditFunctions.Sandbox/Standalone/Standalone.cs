namespace AuditFunctions.Sandbox;

/// <summary>Runs one stand-in as a process of its own, until its standard input closes or it is interrupted.</summary>
/// <remarks>Prints a line of JSON when it is ready, and another one with its account at the end.</remarks>
internal static class Standalone
{
    private const string Usage = """
        usage: vendor [--events N] [--port P] [--shape okta|github|salesforce|generic] [--seed S] [--token T]
                      [--tie-length K] [--spacing-ms M] [--event-bytes B] [--live]
               siem   [--port P] [--token T] [--max-body-bytes B]
               azurite [--folder F] [--debug-log F]
        Ends when standard input closes or on Ctrl-C.
        """;

    /// <summary>Runs the command. 0 done, 1 failed, 2 usage.</summary>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (args.Length == 0 || StandaloneArguments.Read(args.AsSpan(1)) is not { } arguments)
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }

        try
        {
            switch (args[0])
            {
                case "vendor":
                    await using (var vendor = await SandboxVendor.StartAsync(arguments.ToVendorOptions(TimeProvider.System), ct))
                    {
                        var url = new Uri(vendor.BaseUrl, arguments.ShapePath());
                        await output.WriteLineAsync($$"""{"ready":"vendor","baseUrl":"{{vendor.BaseUrl}}","url":"{{url}}"}""");
                        await EndAsync(input, ct);
                        await output.WriteLineAsync(vendor.ToJson());
                    }

                    return 0;
                case "siem":
                    await using (var siem = await SandboxSiem.StartAsync(arguments.ToSiemOptions(), ct))
                    {
                        var url = new Uri(siem.BaseUrl, "services/collector/event");
                        await output.WriteLineAsync($$"""{"ready":"siem","baseUrl":"{{siem.BaseUrl}}","url":"{{url}}"}""");
                        await EndAsync(input, ct);
                        await output.WriteLineAsync(siem.ToJson());
                    }

                    return 0;
                case "azurite":
                    await using (var azurite = await AzuriteServer.StartAsync(arguments.ToAzuriteOptions(), ct))
                    {
                        await output.WriteLineAsync($$"""
                            {"ready":"azurite","connectionString":"{{azurite.ConnectionString}}","processId":{{azurite.ProcessId}}}
                            """);
                        await EndAsync(input, ct);
                    }

                    return 0;
                default:
                    await error.WriteLineAsync(Usage);
                    return 2;
            }
        }
        catch (FormatException ex)
        {
            await error.WriteLineAsync(ex.Message + Environment.NewLine + Usage);
            return 2;
        }
        catch (AzuriteException ex)
        {
            await error.WriteLineAsync(ex.Message);
            return 1;
        }
    }

    private static async Task EndAsync(TextReader input, CancellationToken ct)
    {
        // Reading the console cannot be cancelled; so the wait is.
        var closed = Task.Run(() => ReadToEnd(input), ct);
        await closed.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void ReadToEnd(TextReader input)
    {
        while (input.ReadLine() is not null)
        {
            // Whatever is typed has no meaning; only the end has.
        }
    }
}
