using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Adding;

namespace AuditFunctions.Tests.Rows;

/// <summary>A row that is added to a file at the end of a dialogue, while somebody else edits the file.</summary>
public sealed class FilePlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rows-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_written_meanwhile_stays()
    {
        var place = await OpenAsync("destinations:\n  - name: siem\n    type: http\n    url: https://siem.acme.example\n");
        Write("# mine\ndestinations:\n  - name: siem\n    type: http\n    url: https://other.acme.example\n");

        Assert.Empty(await place.AddAsync(Source(), default));

        Assert.Equal(
            "# mine\ndestinations:\n  - name: siem\n    type: http\n    url: https://other.acme.example\nsources:\n  - name: acme\n    destination: siem\n",
            Read());
    }

    [Fact]
    public async Task A_file_that_was_made_meanwhile_stays()
    {
        var place = await OpenAsync(null);
        Write("sources:\n  - name: other\n");

        Assert.Empty(await place.AddAsync(Source(), default));

        Assert.Equal("sources:\n  - name: other\n  - name: acme\n    destination: siem\n", Read());
    }

    [Fact]
    public async Task A_name_that_was_taken_meanwhile_is_refused()
    {
        var place = await OpenAsync("sources: []\n");
        const string Theirs = "sources:\n  - name: acme\n    destination: lake\n";
        Write(Theirs);

        Assert.Contains("stands in the file by now", Assert.Single(await place.AddAsync(Source(), default)).What, StringComparison.Ordinal);
        Assert.Equal(Theirs, Read());
    }

    private static FileRow Source()
    {
        var columns = TableRow.NewColumns();
        columns["destination"] = "siem";
        return RowFile.Read(RowFileEdit.Alone(RowKind.Source, new TableRow("acme", columns)), "row", [])[0];
    }

    private async Task<FilePlace> OpenAsync(string? text)
    {
        if (text is not null)
        {
            Write(text);
        }

        return await FilePlace.OpenAsync(_folder, "rows.yaml", default);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(_folder, "rows.yaml"), text);

    private string Read() => File.ReadAllText(Path.Combine(_folder, "rows.yaml"));
}
