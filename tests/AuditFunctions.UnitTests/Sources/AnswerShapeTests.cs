using System.IO.Compression;
using System.Text;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Answers whose events are not a list of JSON values, over HTTP from a vendor that answers so.</summary>
public sealed class AnswerShapeTests
{
    [Theory]
    [InlineData("events: { format: csv }", "id,at,text\n1,2026-01-01,plain\n2,2026-01-02,\"a \"\"b\"\", c\"\n", """{"id":"1","at":"2026-01-01","text":"plain"}|{"id":"2","at":"2026-01-02","text":"a \"b\", c"}""")]
    [InlineData("events: { format: csv }", "id,at,text\r\n1,2026-01-01,\"two\r\nlines\"\r\n", """{"id":"1","at":"2026-01-01","text":"two\r\nlines"}""")]
    [InlineData("events: { format: csv }", "id,at,disk\n1,2026-01-01,5\" big\n2,2026-01-02,b\n3,2026-01-03,6\"\n", """{"id":"1","at":"2026-01-01","disk":"5\" big"}|{"id":"2","at":"2026-01-02","disk":"b"}|{"id":"3","at":"2026-01-03","disk":"6\""}""")]
    [InlineData("events: { format: csv }", "id,disk,at\r\n1,5\" by 6\" by 7\",2026-01-01\r\n2,\"a\r\nb\",2026-01-02\r\n", """{"id":"1","disk":"5\" by 6\" by 7\"","at":"2026-01-01"}|{"id":"2","disk":"a\r\nb","at":"2026-01-02"}""")]
    [InlineData("events: { format: csv }", "id,at,x\n1,2026-01-01,user \"a, b\" in\n2,2026-01-02, \"c\nd\"\n", """{"id":"1","at":"2026-01-01","x":"user \"a, b\" in"}|{"id":"2","at":"2026-01-02","x":" \"c\nd\""}""")]
    [InlineData("events: { format: csv }", "\uFEFFid,at\n1,2026-01-01\n", """{"id":"1","at":"2026-01-01"}""")]
    [InlineData("events: { format: csv }", "id,at,,x,x\n1,2026-01-01,a,b,c,d\n2,2026-01-01\n\n", """{"id":"1","at":"2026-01-01","column3":"a","x":"b","x_2":"c","column6":"d"}|{"id":"2","at":"2026-01-01"}""")]
    [InlineData("events: { format: csv }", "id,at\n", "")]
    [InlineData("events: { format: csv, delimiter: tab }", "id\tat\n1\t2026-01-01\n", """{"id":"1","at":"2026-01-01"}""")]
    [InlineData("events: { format: csv, delimiter: ';', columns: [id, at] }", "1;2026-01-01\n2;\"x;y\"\n", """{"id":"1","at":"2026-01-01"}|{"id":"2","at":"x;y"}""")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END }", "\"title, with comma\"\nBEGIN\nid,at\n1,2026-01-01\nEND\nWARNING\n", """{"id":"1","at":"2026-01-01"}""")]
    [InlineData("events: { format: csv, header: id }", "Report,\"31 Jan, UTC\"\nid,at\n1,2026-01-01\nid,at\n", """{"id":"1","at":"2026-01-01"}""")]
    [InlineData("events: { format: csv, header: id }", "id,at\n1,2026-01-01\n", """{"id":"1","at":"2026-01-01"}""")]
    [InlineData("events: { format: json-lines, heading: '|==|' }", "key: 1\r\n|==|\r\n{\"id\":1,\"x\":\"|==|\"}\n", """{"id":1,"x":"|==|"}""")]
    [InlineData("events: { format: json-lines, heading: '|==|' }", "{\"id\":1,\"x\":\"|==|\"}\n{\"id\":2}\n", """{"id":1,"x":"|==|"}|{"id":2}""")]
    [InlineData("events: { heading: '--' }", "a\n--\n[{\"id\":1}]", """{"id":1}""")]
    [InlineData("events: { path: [a, b.c], label: _list }", """{"b":{"c":[{ "id":2,  "at":1}]},"a":[{"id":1},{}]}""", """{"_list":"a","id":1}|{"_list":"a"}|{"_list":"b.c","id":2,  "at":1}""")]
    [InlineData("events: { path: [a, b], optional: true }", """{"b":[{ "id":2,  "x":"\u00e9é"}]}""", """{ "id":2,  "x":"\u00e9é"}""")]
    [InlineData("events: { path: 'd[*].r' }", """{"d":[{"r":[{"id":1},{"id":2}]},{"r":null},{},{"r":[{"id":3}]}]}""", """{"id":1}|{"id":2}|{"id":3}""")]
    [InlineData("events: { path: 'd.edges[*].node' }", """{"d":{"edges":[{"node":{"id":1}},{"node":{"id":2}}]}}""", """{"id":1}|{"id":2}""")]
    [InlineData("events: { path: '[*].auditLog' }", """[{"auditLog":{"id":1},"cursor":"x"}]""", """{"id":1}""")]
    [InlineData("events: { path: 'data[*][1]' }", """{"data":[["x","{\"id\": 1}"],["y","no JSON"]]}""", """{"id": 1}|"no JSON" """)]
    [InlineData("events: { path: 'data[*][1]' }", """{"data":[["x","{\"id\": 1}"],["y"]]}""", """{"id": 1}|["y"]""")] // one that lacks it is sent as it stands
    [InlineData("events: { path: '[*].event' }", """[{"note":"x"},{"event":"{\"id\":1}"},{"event":null}]""", """{"note":"x"}|{"id":1}""")]
    [InlineData("events: { path: data, columns: { path: meta.cols, name: name } }", """{"meta":{"cols":[{"name":"id"},{"name":"at"}]},"data":[["1", 1.50],[{"a":[1]},null]]}""", """{"id":"1","at":1.50}|{"id":{"a":[1]},"at":null}""")]
    [InlineData("events: { path: data, columns: { path: cols } }", """{"cols":["id","at"],"data":[["1","2"]]}""", """{"id":"1","at":"2"}""")]
    [InlineData("events: { path: data, columns: [id, at] }", """{"data":[["1","2","3"]]}""", """{"id":"1","at":"2","column3":"3"}""")]
    [InlineData("events: { path: [a, b], optional: true }", """{"\ud800":1,"a":[{"id":1,"\udc00":"\ud800"},"\ud800"],"\udfff":2}""", """{"id":1,"\udc00":"\ud800"}|"\ud800" """)]
    [InlineData("events: { path: 'd[n=x].r[*].e' }", """{"d":[{"n":"\ud800"},{"\ud800":0},{"n":"x","r":[{"e":{"id":1}}],"\udc00":0}]}""", """{"id":1}""")]
    [InlineData("events: { path: data, columns: { path: cols } }", """{"cols":["id","\ud800","at"],"data":[["1","\ud800",2]],"\ud800":0}""", """{"id":"1","column2":"\ud800","at":2}""")]
    [InlineData("events: { path: data, columns: { path: cols } }", """{"cols":[],"data":[]}""", "")]
    [InlineData("events: { path: [a, b] }", """{"b":null,"a":[{"id":1}]}""", """{"id":1}""")]
    [InlineData("events: { path: [a, b] }", """{"b":null,"a":null}""", "")]
    [InlineData("events: { path: ['a[*].r', b] }", """{"a":[],"b":[]}""", "")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END }", "BEGIN\nid,at\nEND\n", "")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END }", "BEGIN\nEND\n", "")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END, optional: true }", "No activity\n", "")]
    [InlineData("events: { format: csv }", "id,at,x\n1,2026-01-01,z", """{"id":"1","at":"2026-01-01","x":"z"}""")]
    [InlineData("events: { format: xml, path: l.es.e }", "<l><es/></l>", "")]
    [InlineData("events: { format: xml, path: l.es.e, optional: true }", "<l/>", "")]
    [InlineData("events: { format: lines }", "{\"id\":1,\"error\":\"x\"}\nb\n", """{"line":"{\"id\":1,\"error\":\"x\"}"}|{"line":"b"}""")]
    [InlineData("events: { format: json-lines }", "{\"id\":1}\n{\"at\":\"2026-01-01\",\"error\":\"denied\"}\n", """{"id":1}|{"at":"2026-01-01","error":"denied"}""")]
    [InlineData("events: { format: json-lines, context: last-line }", "{\"id\":1}\n{ \"id\" :2}\n{\"offset\":\"o\",\"total\":2}\n", """{"id":1}|{ "id" :2}""")]
    [InlineData("events: { format: json-lines, context: first-line }", "{\"offset\":\"o\"}\r\n{\"id\":1}\r\n", """{"id":1}""")]
    [InlineData("events: { format: json-lines, context: last-line }", "{\"offset\":\"o\"}", "")]
    [InlineData("events: { format: xml, path: l.e }", "<?xml version='1.0'?><l xmlns='urn:x' n='1'><!-- c --><e id='1' at='2026-01-01'>text &amp; more</e><x/><e><id>2</id><tag>a</tag><tag k='v'>b</tag><empty/></e></l>", """{"@id":"1","@at":"2026-01-01","#text":"text & more"}|{"id":"2","tag":["a",{"@k":"v","#text":"b"}],"empty":""}""")]
    [InlineData("events: { format: xml, path: l.e }", "<l><e><![CDATA[<b>]]></e></l>", """{"#text":"<b>"}""")]
    [InlineData("events: { format: xml, path: l.e }", "<l/>", "")]
    public async Task Each_event_is_made_as_documented(string events, string answer, string expected)
    {
        var result = await AskAsync($"{events}\nid: id\ntime: at", Encoding.UTF8.GetBytes(answer));
        var page = Assert.IsType<PageResult.Page>(result);
        using (page.Content)
        {
            Assert.Equal(expected.Trim(), string.Join('|', Pull.Events(page)));
        }
    }

    [Theory]
    [InlineData("events: { format: csv }", "{\"error\":1}", "Failed 200: the answer (application/json, 11 bytes) is not what the template says: its first row names no column 'id'")]
    [InlineData("events: { format: csv }", "name,when\n1,2\n", "Failed 200: the answer (application/json, 14 bytes) is not what the template says: its first row names no column 'id'")]
    [InlineData("events: { format: csv, header: id }", "Report,x\nname,when\n1,2\n", "Failed 200: the answer (application/json, 23 bytes) is not what the template says: none of its rows begins with 'id', as the one that names the columns")]
    [InlineData("events: { path: [a, b] }", "{\"a\":[", "Failed 200: the answer (application/json, 6 bytes) is not what the template says: it is not JSON at line 1, byte 6")]
    [InlineData("events: { path: [a, b] }", "{\"c\":[]}", "Failed 200: the answer holds no events at 'a', 'b', nor anything else that the template reads")]
    [InlineData("events: { path: 'a[*].b' }", "{\"a\":7}", "Failed 200: the answer holds no events at 'a[*].b', nor anything else that the template reads")]
    [InlineData("events: { path: data, columns: { path: cols } }", "{\"data\":[[1]]}", "Failed 200: the answer (application/json, 14 bytes) is not what the template says: it names no columns at 'cols'")]
    [InlineData("events: { format: json-lines, context: last-line }", "{\"id\":1}\n[]\n", "Failed 200: the answer (application/json, 12 bytes) is not what the template says: its last line is not a JSON object")]
    [InlineData("events: { format: json-lines, context: last-line }", "{\"id\":1,\"at\":\"x\"}\n{\"at\":\"y\",\"id\":2}\n", "Failed 200: the answer (application/json, 36 bytes) is not what the template says: its last line, which should say where to go on, is an event: the answer is not whole")]
    [InlineData("events: { format: xml, path: l.e, optional: true }", "<error xmlns='urn:x'>busy</error>", "Failed 200: the answer holds no events, and says at 'error': busy that something went wrong")]
    [InlineData("events: { format: xml, path: l.e }", "<l><error><code>7</code></error></l>", "Failed 200: the answer holds no events, and says at 'error' that something went wrong")]
    [InlineData("events: { path: [a, b], optional: true }", "{\"errors\":[{\"id\":1}]}", "Failed 200: the answer holds no events, and says at 'errors' that something went wrong")]
    [InlineData("events: { path: a, optional: true }", "{\"\\ud800\":1,\"error\":\"\\ud800\"}", "Failed 200: the answer holds no events, and says at 'error'")]
    [InlineData("events: { path: a, optional: true }", "{\"error\":{\"\\ud800\":1,\"code\":\"\\ud800\"}}", "Failed 200: the answer holds no events, and says at 'error'")]
    [InlineData("events: { format: xml, path: l.e }", "<l><e></l>", "Failed 200: the answer (application/json, 10 bytes) is not what the template says: it is not XML that is read here (no DTD) at line 1, column 9")]
    [InlineData("events: { format: xml, path: l.e }", "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l><e>&x;</e></l>", "Failed 200: the answer (application/json, 71 bytes) is not what the template says: it is not XML that is read here (no DTD)")]
    [InlineData("events: { format: xml, path: l.e }", "<html><body>login</body></html>", "Failed 200: the answer holds no events at 'l.e', nor anything else that the template reads")]
    [InlineData("events: { compression: gzip }", "[]", "Failed 200: the answer (application/json, 2 bytes) is not what the template says: it is not a gzip file")]
    [InlineData("events: { compression: zip }", "[]", "Failed 200: the answer (application/json, 2 bytes) is not what the template says: it is not a zip file")]
    [InlineData("events: { compression: zlib }", "[]", "Failed 200: the answer (application/json, 2 bytes) is not what the template says: it is not packed with zlib, or is encrypted")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END }", "\"Error\",\"Busy\"\n", "Failed 200: the answer (application/json, 15 bytes) is not what the template says: none of its rows begins with 'BEGIN', behind which the table stands")]
    [InlineData("events: { format: csv, begin: BEGIN, end: END }", "BEGIN\nid,at\n1,2026-01-01\n", "Failed 200: the answer (application/json, 25 bytes) is not what the template says: its table does not end with a row that begins with 'END'")]
    [InlineData("events: { format: csv }", "id;at\n1;2\n", "Failed 200: the answer (application/json, 10 bytes) is not what the template says: its first row names no column 'id'")]
    [InlineData("events: { format: csv, columns: [id, x, at] }", "1;2;2026-01-01\n", "Failed 200: the answer (application/json, 15 bytes) is not what the template says: its first row ends before column 'at', with 1 of 3")]
    [InlineData("events: { format: csv, columns: [id, x, at] }", "Service unavailable", "Failed 200: the answer (application/json, 19 bytes) is not what the template says: its first row ends before column 'at', with 1 of 3")]
    [InlineData("events: { format: csv }", "id,at,x\n1,2026-01-01,y\n2,2026", "Failed 200: the answer (application/json, 29 bytes) is not what the template says: its last row has no line break and fewer values")]
    [InlineData("events: { format: csv }", "id,at,x\n1,2026-01-01,y\n2,2026-01-02,\"half of", "Failed 200: the answer (application/json, 44 bytes) is not what the template says: a quoted value of it does not end")]
    [InlineData("events: { format: csv }", "<!DOCTYPE html><html>id,at</html>", "Failed 200: the answer (application/json, 33 bytes) is not what the template says: it is an HTML page")]
    [InlineData("events: { format: lines }", " <HTML><body>login</body></HTML>", "Failed 200: the answer (application/json, 32 bytes) is not what the template says: it is an HTML page")]
    [InlineData("events: { format: lines }", "{\n\"error\":\"slow down\"\n}\n", "Failed 200: the answer (application/json, 24 bytes) is not what the template says: it is a JSON object, which says at 'error': slow down")]
    [InlineData("events: { format: xml, path: l.es.e }", "<l><page>1</page></l>", "Failed 200: the answer holds no events at 'l.es.e', nor anything else that the template reads")]
    [InlineData("events: { format: json-lines }", "<html>login</html>\n", "Failed 200: the answer is not JSON but a page of")]
    [InlineData("events: { format: json-lines }", "{\"message\":\"Come back later\",\"code\":1015}\n", "Failed 200: the answer is one line, which has neither the id nor the time of an event")]
    [InlineData("events: { format: json-lines }", "{\"message\":\"Too many requests\",\"code\":1015}\n", "Throttled 200, ? s")]
    [InlineData("events: { format: json-lines }", "{\"id\":1}\n{\"error\":\"stream aborted\"}\n", "Failed 200: the last line is no event, and says at 'error': stream aborted")]
    [InlineData("errors: []", "{\"error\":{\"code\":7,\"message\":\"slow down\"}}", "Failed 200: the answer is no event, and says at 'error'")]
    [InlineData("paging: { kind: cursor, path: offset }\nrequest: { query: { o: '{cursor}' } }\nevents: { format: json-lines, context: last-line }", "{\"message\":\"Come back later\"}\n", "Failed 200: the line that should say where to go on has nothing that the template reads")]
    [InlineData("paging: { kind: cursor, path: offset }\nrequest: { query: { o: '{cursor}' } }\nevents: { format: json-lines, context: last-line }", "{\"id\":1}\n{\"message\":\"aborted\"}\n", "Failed 200: the line that should say where to go on has nothing that the template reads")]
    [InlineData("events: { path: [a, b] }", "{\"a\":[{\"id\":1}]}", "Failed 200: nothing stands at 'b', though other lists are there")]
    [InlineData("events: { path: [a, 'b[*].c'] }", "{\"a\":[],\"b\":[{\"d\":[1]}]}", "Failed 200: nothing stands at 'b[*].c', though other lists are there")]
    [InlineData("events: { path: data, columns: { path: cols, name: n } }", "{\"cols\":[{\"name\":\"id\"}],\"data\":[[1]]}", "Failed 200: the answer (application/json, 37 bytes) is not what the template says: it names no column 'id' at 'cols'")]
    public async Task An_answer_of_yet_another_shape_fails(string events, string answer, string expected)
    {
        var told = Pull.Tell(await AskAsync($"{events}\nid: id\ntime: at", Encoding.UTF8.GetBytes(answer)));
        Assert.True(told.StartsWith(expected, StringComparison.Ordinal), told);
    }

    [Theory]
    [InlineData("paging: { kind: next-url, path: 'rows[1][2]' }\nevents: { format: csv, begin: BEGIN, end: END }", "BEGIN\nid,at\n1,2026-01-01\nEND\nWARNING\n1980,text,/next\n", "/next")]
    [InlineData("request: { query: { o: '{cursor}' } }\npaging: { kind: cursor, path: offset }\nevents: { format: json-lines, context: last-line }", "{\"id\":1}\n{\"offset\":\"o1\"}\n", "o1")]
    [InlineData("request: { query: { o: '{cursor}' } }\npaging: { kind: cursor, path: 'l[0].n' }\nevents: { path: [a, b] }", """{"a":[],"b":[{"id":1}],"l":[{"n":"c1"}]}""", "c1")]
    [InlineData("request: { query: { o: '{cursor}' } }\npaging: { kind: cursor, path: l.next }\nevents: { format: xml, path: l.e }", "<l><next>x1</next><e id='1'/></l>", "x1")]
    [InlineData("request: { query: { o: '{cursor}' } }\npaging: { kind: last-event, path: id }\nevents: { path: [a, b] }", """{"a":[{"id":"l1"}],"b":[{"id":"l2"}]}""", "l2")]
    [InlineData("request: { query: { o: '{cursor}' } }\npaging: { kind: cursor, path: '[0].cursor' }\nevents: { path: '[*].auditLog' }", """[{"auditLog":{"id":1},"cursor":"r1"}]""", "r1")]
    public async Task The_next_page_is_named_beside_the_events(string definition, string answer, string expected)
    {
        var page = Assert.IsType<PageResult.Page>(await AskAsync($"{definition}\nid: id\ntime: at", Encoding.UTF8.GetBytes(answer)));
        using (page.Content)
        {
            Assert.Equal((expected, false), (page.End.Cursor, page.End.IsLast));
        }
    }

    [Fact]
    public async Task A_rule_looks_into_the_answer_and_not_into_the_page_that_is_made_of_it() => Assert.Equal(
        "Throttled 200, ? s",
        Pull.Tell(await AskAsync("events: { path: [a, b] }\ntime: at\nerrors: [{ path: errors, action: throttle }]", """{"a":[],"errors":[{"m":1}]}"""u8.ToArray())));

    [Theory]
    [InlineData("utf-16", "utf-16", "é")]
    [InlineData("iso-8859-1", "iso-8859-1", "é")]
    [InlineData("windows-1252", "windows-1252", "€")]
    [InlineData("shift_jis", "shift_jis", "日本")]
    [InlineData("iso-8859-1", "utf-8", "é€")]      // declared by habit: it is UTF-8 all the same
    [InlineData("\"UTF-8\"", "utf-8", "é€")]
    public async Task Text_in_a_declared_charset_becomes_UTF_8(string declared, string real, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = Encoding.GetEncoding(real).GetBytes($$"""[{"id":"{{text}}","at":"2026-01-01"}]""");
        var page = Assert.IsType<PageResult.Page>(await AskAsync("id: id\ntime: at", bytes, $"application/json; charset={declared}"));
        using (page.Content)
        {
            Assert.Equal($$"""{"id":"{{text}}","at":"2026-01-01"}""", Assert.Single(Pull.Events(page)));
        }
    }

    [Fact]
    public async Task An_unknown_charset_is_named() => Assert.Equal(
        "Failed 200: the answer (application/json, 3 bytes) is not what the template says: its charset 'ebcdic-9' is not known here",
        Pull.Tell(await AskAsync("time: at", [0xff, 0xfe, 0x00], "application/json; charset=ebcdic-9")));

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    [InlineData("zlib")]
    public async Task A_packed_file_is_unpacked(string compression)
    {
        using var file = new MemoryStream();
        if (compression == "gzip")
        {
            using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write("{\"id\":1}\n{\"id\":2}\n{\"id\":3}"u8);
        }
        else if (compression == "zlib")
        {
            using var zlib = new ZLibStream(file, CompressionLevel.Fastest, leaveOpen: true);
            zlib.Write("{\"id\":1}\n{\"id\":2}\n{\"id\":3}"u8);
        }
        else
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, text) in new[] { ("b.log", "{\"id\":3}"), ("a.log", "{\"id\":1}\n{\"id\":2}") })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        var page = Assert.IsType<PageResult.Page>(await AskAsync($"events: {{ format: json-lines, compression: {compression} }}\nid: id\ntime: at", file.ToArray()));
        using (page.Content)
        {
            Assert.Equal("""{"id":1}|{"id":2}|{"id":3}""", string.Join('|', Pull.Events(page)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(", header: id")]
    public async Task Each_file_of_an_archive_has_its_heading(string header)
    {
        (string Name, string Text)[] files = header.Length == 0
            ? [("b.csv", "at,id\nx,2\n"), ("c.csv", ""), ("a.csv", "id,at\n1,x"), ("d.csv", "\uFEFFid,at,more\r\n3,x,y\r\n")]
            : [("a.csv", "Report\nid,at\n1,x\n"), ("b.csv", "Report\nid,at\n2,x\n"), ("d.csv", "id,at,more\n3,x,y\n")];
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        var page = Assert.IsType<PageResult.Page>(await AskAsync($"events: {{ format: csv, compression: zip{header} }}\nid: id\ntime: at", file.ToArray()));
        using (page.Content)
        {
            Assert.Equal(["1 x", "2 x", "3 x y"], Pull.Events(page).Select(one =>
            {
                using var row = System.Text.Json.JsonDocument.Parse(one);
                return string.Join(' ', new[] { "id", "at", "more" }.Select(name => row.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null).OfType<string>());
            }));
        }
    }

    // Some tools put a mark in front of each file that they write. In the middle of what is unpacked it would make the line behind it no JSON.
    [Theory]
    [InlineData("json-lines", """{"id":1}|{"id":2}|{"id":3}""")]
    [InlineData("lines", """{"line":"{\"id\":1}"}|{"line":"{\"id\":2}"}|{"line":"{\"id\":3}"}""")]
    public async Task Each_file_of_an_archive_may_begin_with_a_mark(string format, string expected)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[] { ("a", "\uFEFF{\"id\":1}"), ("b", "\uFEFF"), ("c", "\uFEFF{\"id\":2}\n{\"id\":3}\n"), ("d", "") })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        var page = Assert.IsType<PageResult.Page>(await AskAsync($"events: {{ format: {format}, compression: zip }}\ntime: at", file.ToArray()));
        using (page.Content)
        {
            Assert.Equal(expected, string.Join('|', Pull.Events(page)));
            Assert.Empty(page.Content.Cut.Quarantined);
        }
    }

    // Files that are put together: each member of a gzip file has its heading, perhaps in another order.
    [Fact]
    public async Task A_heading_that_comes_again_is_no_event()
    {
        using var file = new MemoryStream();
        foreach (var text in (string[])["id,at,note\n1,x,\"id,at\"\n", "id,at,note\r\n2,x,at\r\n", "\uFEFFat,note,id\nx,y,3\n", "at,note,id\n"])
        {
            using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        var page = Assert.IsType<PageResult.Page>(await AskAsync("events: { format: csv, compression: gzip }\nid: id\ntime: at", file.ToArray()));
        using (page.Content)
        {
            Assert.Equal(
                ["""{"id":"1","at":"x","note":"id,at"}""", """{"id":"2","at":"x","note":"at"}""", """{"at":"x","note":"y","id":"3"}"""], Pull.Events(page));
        }
    }

    [Fact]
    public async Task Rows_that_look_like_a_heading_and_are_none_are_events()
    {
        var page = Assert.IsType<PageResult.Page>(await AskAsync("events: { format: csv }\ntime: at", "at,who,what\nat,who,login\nat,at,at\n"u8.ToArray()));
        using (page.Content)
        {
            Assert.Equal(["""{"at":"at","who":"who","what":"login"}""", """{"at":"at","who":"at","what":"at"}"""], Pull.Events(page));
        }
    }

    // A file that holds nothing is one without events only where a file without a line is, or where the template says so.
    [Theory]
    [InlineData("zip", "format: json-lines", false, "it is a zip file that holds no file")]
    [InlineData("zip", "format: json-lines, optional: true", false, "Page")]
    [InlineData("zip", "format: json-lines", true, "Page")]
    [InlineData("zip", "format: lines", true, "Page")]
    [InlineData("zip", "format: csv", true, "nothing is in the file when it is unpacked")]
    [InlineData("gzip", "format: json-lines", true, "Page")]
    [InlineData("gzip", "format: csv", true, "nothing is in the file when it is unpacked")]
    [InlineData("gzip", "path: data", true, "nothing is in the file when it is unpacked")]
    [InlineData("gzip", "path: data, optional: true", true, "Page")]
    public async Task A_file_that_holds_nothing_is_no_list_of_events(string compression, string events, bool hasEntry, string expected)
    {
        using var file = new MemoryStream();
        if (compression == "gzip")
        {
            file.Write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }
        else
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            zip.CreateEntry("folder/");
            if (hasEntry)
            {
                zip.CreateEntry("empty.log");
            }
        }

        Assert.Contains(expected, Pull.Tell(await AskAsync($"events: {{ compression: {compression}, {events} }}\nid: id\ntime: at", file.ToArray())), StringComparison.Ordinal);
    }

    // Cut between two lines, what is left of it is good JSON.
    [Fact]
    public async Task A_gzip_file_that_is_not_whole_fails()
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write("{\"id\":1}\n"u8);
            gzip.Flush();
            gzip.Write("{\"id\":2}\n"u8);
        }

        Assert.NotEqual("Page", Pull.Tell(await AskAsync("events: { format: json-lines, compression: gzip }\nid: id\ntime: at", file.ToArray()[..^20]))[..4]);
    }

    [Fact]
    public async Task What_stands_behind_a_heading_may_be_packed()
    {
        using var file = new MemoryStream();
        file.Write("format:CEF\n|==|\n"u8);
        using (var zlib = new ZLibStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write("first\nsecond\n"u8);
        }

        var page = Assert.IsType<PageResult.Page>(await AskAsync("events: { format: lines, heading: '|==|', compression: zlib }\ntime: at", file.ToArray()));
        using (page.Content)
        {
            Assert.Equal("""{"line":"first"}|{"line":"second"}""", string.Join('|', Pull.Events(page)));
        }
    }

    [Fact]
    public async Task A_file_that_unpacks_to_too_much_fails()
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var megabyte = 0; megabyte <= VendorClient.MaxPageBytes >> 20; megabyte++)
            {
                gzip.Write(zeros);
            }
        }

        Assert.Matches("it holds more than [0-9]+ MB when unpacked", Pull.Tell(await AskAsync("events: { compression: gzip }\ntime: at", file.ToArray())));
    }

    public static TheoryData<string, string, string, int, string, string> Bombs() => new()
    {
        { "format: csv", "", "a,", 100_000, "a\n1\n", "a row of it has 100,001 columns, more than 10,000" },
        { "format: csv", "id,at\n", ",", 100_000, "\n", "a row of it has 100,001 columns, more than 10,000" },
        { "format: csv, begin: BEGIN", "", "x\n", 100_000, "", "more than 10,000 rows of it, or 100,000 values in them, stand outside of the table" },
        { "format: csv, begin: BEGIN", "", ",,,,,,,,,,\n", 9_999, "", "more than 10,000 rows of it, or 100,000 values in them, stand outside of the table" },
        { "format: csv", "id,at\n1,\"", "0123456789", 430_000, "\"\n", "a row of it has more than 4 MB" },
        { "format: csv", "id,at\n\"", ",", 4_500_000, "", "a row of it has more than 4 MB" },
        { "format: csv", "id,at\r\"\n\",", "\"\n\",", 10_000, "\r", "a row of it has 10,002 columns, more than 10,000" },
        { "format: xml, path: l.e", "<l>", "<e>", 100_000, "", "its elements are nested deeper than 200 levels" },
        { "format: xml, path: l.e", "<l>", "<e/>", 1_000_001, "</l>", "it has more than 1,000,000 elements, texts and attributes" },
        { "format: xml, path: l.e", "<l><e a='1' b='>", "0123456789", 850_000, "'/></l>", "a tag of it has more than 8 MB" },
        { "format: xml, path: l.e", "<l><e ", "a='1'\n", 1_500_000, "/></l>", "a tag of it has more than 8 MB" },
        { "path: [a, b]", "{\"a\":[1", ",1", 2_000_000, "]}", "the page holds 2,000,001 events" },
        { "path: data, columns: { path: cols }", "{\"cols\":[\"a\"", ",\"a\"", 100_000, "],\"data\":[]}", "it names more than 10,000 columns" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task What_would_take_memory_or_time_without_bound_fails(string events, string start, string each, int times, string end, string expected)
    {
        var answer = start + string.Concat(Enumerable.Repeat(each, times)) + end;
        var needsId = events.StartsWith("format: csv", StringComparison.Ordinal);
        Assert.Contains(expected, Pull.Tell(await AskAsync($"events: {{ {events} }}\nid: {(needsId ? "at" : "id")}\ntime: at", Encoding.UTF8.GetBytes(answer))), StringComparison.Ordinal);
    }

    // What looks like very many columns and is text, and rows that end in other ways.
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task A_long_row_that_is_none_of_many_columns_is_read(string end)
    {
        var text = string.Concat(Enumerable.Repeat(",\"\",\n", 10_000));
        var page = Assert.IsType<PageResult.Page>(await AskAsync("events: { format: csv }\nid: id\ntime: at", Encoding.UTF8.GetBytes($"id,at,x{end}1,2026-01-01,\"{text}\"{end}2,2026-01-02,{new string('y', 20_000)}{end}")));
        using (page.Content)
        {
            Assert.Equal([$"1 {text.Replace("\"\"", "\"", StringComparison.Ordinal)}", $"2 {new string('y', 20_000)}"], Pull.Events(page).Select(one =>
            {
                using var row = System.Text.Json.JsonDocument.Parse(one);
                return $"{row.RootElement.GetProperty("id")} {row.RootElement.GetProperty("x")}";
            }));
        }
    }

    [Fact]
    public async Task A_text_that_becomes_too_large_in_UTF_8_fails()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = new byte[50 << 20];
        bytes.AsSpan().Fill(0xa1);
        Assert.Matches("it holds more than [0-9]+ MB in UTF-8", Pull.Tell(await AskAsync("time: at", bytes, "application/json; charset=windows-874")));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("shift_jis")]
    [InlineData("utf-32")]
    public async Task A_long_text_in_another_charset_is_cut_nowhere(string charset)
    {
        // Letters of one, two and four bytes, so that every piece ends inside of one sooner or later.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = string.Concat(Enumerable.Repeat(charset == "shift_jis" ? "a日本" : "a日😀", 70_001));
        var page = Assert.IsType<PageResult.Page>(await AskAsync("id: id\ntime: at", Encoding.GetEncoding(charset).GetBytes($$"""[{"id":"{{text}}","at":"2026-01-01"}]"""), $"application/json; charset={charset}"));
        using (page.Content)
        {
            Assert.Equal($$"""{"id":"{{text}}","at":"2026-01-01"}""", Assert.Single(Pull.Events(page)));
        }
    }

    // A name that stands once in the answer stands in each event.
    [Theory]
    [InlineData("format: csv", "id,at,", "\n", "1,2,3\n", "")]
    [InlineData("path: data, columns: { path: cols }", "{\"cols\":[\"id\",\"at\",\"", "\"],\"data\":[[1,2,3]", ",[1,2,3]", "]}")]
    public async Task An_answer_that_grows_beyond_a_page_is_too_large(string events, string start, string behindName, string each, string end)
    {
        var answer = start + new string('n', 1 << 20) + behindName + string.Concat(Enumerable.Repeat(each, 1000)) + end;
        Assert.Matches("the page becomes larger than [0-9]+ MB when it is read", Pull.Tell(await AskAsync($"events: {{ {events} }}\nid: id\ntime: at", Encoding.UTF8.GetBytes(answer))));
    }

    [Fact]
    public async Task A_zip_file_of_nothing_but_names_fails()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var entry = 0; entry <= 10_000; entry++)
            {
                zip.CreateEntry($"{entry}");
            }
        }

        Assert.Contains("it holds more than 10,000 files", Pull.Tell(await AskAsync("events: { compression: zip }\ntime: at", file.ToArray())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events: { format: csv, header: id, begin: BEGIN }", "events.header (line 2): says which row names the columns: leave out 'begin' and 'columns'.")]
    [InlineData("events: { format: csv, delimiter: ab }", "events.delimiter (line 2): is 'ab'; allowed: one character such as ',', ';' or '|', or the word tab.")]
    [InlineData("events: { format: csv, path: a }", "events.path (line 2): is not known here; allowed: begin, columns, compression, delimiter, end, format, header, heading, optional.")]
    [InlineData("events: { format: xml }", "events.path: must name the elements from the root on, such as 'log.entries.entry'.")]
    [InlineData("events: { label: x }", "events.label (line 2): is not known here; allowed: columns, compression, format, heading, optional, path, single.")]
    [InlineData("events: { path: a, columns: { name: n } }", "events.columns.path: is missing.")]
    [InlineData("events: { path: [a, 'b['] }", "events.path (line 2): ")]
    [InlineData("events: { compression: rar }", "events.compression (line 2): is 'rar'; allowed: none, gzip, zip, zlib.")]
    public void What_makes_no_sense_is_refused(string events, string expected) =>
        Assert.StartsWith(expected, Pull.ProblemsOf(("definition", $"baseUrl: https://a.example\n{events}\ntime: at"))[0], StringComparison.Ordinal);

    private static async Task<PageResult> AskAsync(string definition, byte[] answer, string? type = null)
    {
        await using var server = await ScriptedServer.StartAsync(_ =>
            new ScriptedServer.Reply(200, "", type is null ? [] : [("Content-Type", type)]) { Bytes = answer });
        await using var pull = new Pull();
        return await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, definition));
    }
}
