using System.Text.Json;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Settings;
using AuditFunctions.Cli.Shared;
using AuditFunctions.SelfHosting;

namespace AuditFunctions.Cli.Demo;

/// <summary>What <c>auditfn demo --keep</c> does after the proof: the pipeline goes on, and a person may try things, until Ctrl-C.</summary>
internal static class KeptDemo
{
    private const string RowFile = "new-source.yaml";
    private const string OwnRowFile = "own-source.yaml";
    private const string SampleFile = "answer.json";

    // As somebody saves it who tries the vendor's API: its first page of two events.
    private const string Sample = """
        {
          "data": [
            {"id": "evt-1", "time": "2026-01-31T09:10:00.000Z", "number": 1, "actor": "ada"},
            {"id": "evt-2", "time": "2026-01-31T09:20:00.000Z", "number": 2, "actor": "bo"}
          ],
          "next_cursor": "2026-01-31T09:20:00.000Z/2"
        }

        """;

    /// <summary>Runs until stopped.</summary>
    /// <param name="stage">The surroundings.</param>
    /// <param name="here">Where to print, and who types.</param>
    /// <param name="printer">Prints.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task RunAsync(DemoStage stage, Surroundings here, Printer printer, CancellationToken stop)
    {
        var added = await stage.AddLiveVendorAsync(here.Time.GetUtcNow(), stop);
        IReadOnlyList<DemoSource> sources = [.. stage.Sources, added];
        await WriteFilesAsync(stage, added, stop);
        PrintAll(stage, sources, printer);
        await using var host = SelfHost.Create(stage.Configuration, LogTo.Nowhere);
        var typing = TypingAsync(new DemoControls(stage, sources), here.Input ?? TextReader.Null, printer, stop);
        await host.RunAsync(stop);
        await typing;
    }

    private static async Task WriteFilesAsync(DemoStage stage, DemoSource added, CancellationToken stop)
    {
        await using (var settings = File.Create(Path.Combine(stage.Folder, LocalSettings.FileName)))
        await using (var json = new Utf8JsonWriter(settings, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartObject("Values");
            foreach (var (name, value) in stage.Settings)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        await File.WriteAllTextAsync(Path.Combine(stage.Folder, SampleFile), Sample, stop);
        await File.WriteAllTextAsync(
            Path.Combine(stage.Folder, OwnRowFile),
            $"""
            sources:
              - name: acme-new
                template: acme-audit    # a template that you make
                destination: siem
                token: secret:demo
                interval: 10s
                baseUrl: {added.Vendor.BaseUrl}    # the stand-in, instead of api.acme.example

            """,
            stop);
        await File.WriteAllTextAsync(
            Path.Combine(stage.Folder, RowFile),
            $"""
            sources:
              - name: {added.Name}
                template: {added.Template}
                destination: siem
                domain: acme.okta.com
                token: secret:demo
                interval: 10s
                baseUrl: {added.Vendor.BaseUrl}    # the stand-in, instead of acme.okta.com

            """,
            stop);
    }

    private static void PrintAll(DemoStage stage, IReadOnlyList<DemoSource> sources, Printer printer)
    {
        var own = OwnCommand.DefinitionOf(Environment.ProcessPath ?? "auditfn", AppContext.BaseDirectory, OperatingSystem.IsWindows());
        string[] lines =
        [
            "",
            "All of it stays until Ctrl-C, and the pipeline goes on: it ticks every 5 seconds.",
            .. sources.Select(source => $"  vendor of {source.Name,-9} {source.Vendor.BaseUrl}"),
            $"  SIEM                {stage.Siem.BaseUrl}",
            "",
            "Paste these into a second terminal:",
            $"  cd '{stage.Folder}'",
            $"  {own}",
            $"  auditfn sources test {RowFile}",
            $"  auditfn apply {RowFile}",
            "  auditfn status",
            "",
            "Type here:",
            .. DemoControls.Help.Select(line => "  " + line),
        ];
        Array.ForEach(lines, printer.Line);
    }

    // Reading a console cannot be cancelled; so the wait for it is.
    private static async Task TypingAsync(DemoControls controls, TextReader input, Printer printer, CancellationToken stop)
    {
        try
        {
            while (await Task.Run(input.ReadLine, stop).WaitAsync(stop) is { } typed)
            {
                foreach (var line in controls.Do(typed))
                {
                    printer.Line(line);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
