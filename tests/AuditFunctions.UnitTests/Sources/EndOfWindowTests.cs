using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Is this really the end of the window? What hints otherwise is no end, and the source says why.</summary>
public sealed partial class EndOfWindowTests
{
    private const string Cursor = "request: { query: { after: '{cursor}', limit: '{pageSize}' } }\nevents: { path: audits }\nlimits: { pageSize: 2 }\nid: id\ntime: at\n";
    private const string Counted = "events: { path: audits }\nlimits: { pageSize: 5 }\nid: id\ntime: at\n";
    private const string Page = "request: { query: { page: '{page}', limit: '{pageSize}' } }\n" + Counted;
    private const string NoPlace = "events: { path: audits }\nlimits: { pageSize: 2 }\nid: id\ntime: at\n";
    private const string Window = "request: { query: { page: '{page}', limit: '{pageSize}', since: '{from}', until: '{to}' } }\n" + Counted;
    private const string Since = "request: { query: { page: '{page}', limit: '{pageSize}', since: '{from}' } }\n" + Counted;
    private const string Offset = "request: { query: { offset: '{offset}', limit: '{pageSize}' } }\n" + Counted;

    // What stands in the answers: E<from>-<to> are events, the rest is JSON of the page. An answer may start with its status.
    public static TheoryData<string, string, string> Windows() => new()
    {
        // Where the template reads a cursor, a full page without one is no end; one that is not full is, and so is one that says null.
        { Cursor + "paging: { kind: cursor, path: meta.next }", """{"audits":[E1-2],"meta":{}}""", "Failed: nothing stands at 'meta.next'" },
        { Cursor + "paging: { kind: cursor, path: meta.next }", """{"audits":[E1-2]}""", "Failed: nothing stands at 'meta.next'" },
        { Cursor + "paging: { kind: cursor, path: meta.next }", """{"audits":[E1-1],"meta":{}}""", "1" },
        { Cursor + "paging: { kind: cursor, path: meta.next }", """{"audits":[E1-2],"meta":{"next":null}}""", "1 2" },
        { Cursor + "paging: { kind: cursor, path: meta.next }", """{"audits":[E1-2],"meta":{"next":""}}""", "1 2" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":false}""", "1 2" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":{ }}""", "1 2" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":[]}""", "1 2" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"false"}|{"audits":[E3-3],"next":0}|{"audits":[E4-4],"next":null}""", "1 2 3 4" },
        { Cursor + "paging: { kind: cursor, path: meta.next, stop: no-cursor }", """{"audits":[E1-2],"meta":{}}""", "1 2" },
        { Cursor + "paging: { kind: cursor, header: X-Next }", """{"audits":[E1-2]}""", "Failed: nothing stands at 'X-Next'" },
        { NoPlace + "paging: { kind: next-url, path: next }", """{"audits":[E1-2]}""", "Failed: nothing stands at 'next'" },
        { Cursor.Replace("cursor", "page", StringComparison.Ordinal) + "paging: { kind: page, path: next }", """{"audits":[E1-2]}""", "Failed: nothing stands at 'next'" },
        { Cursor.Replace("cursor", "page", StringComparison.Ordinal) + "paging: { kind: page, path: next }", """{"audits":[E1-2],"next":0}""", "1 2" },
        { Cursor + "paging: { kind: last-event, path: seq }", """{"audits":[E1-1]}""", "Failed: nothing stands at 'seq'" },
        { NoPlace + "paging: { kind: link-header }", """{"audits":[E1-2]}""", "1 2" },

        // A vendor that gives fewer than it is asked for: a page as large as the ones before it is full.
        { Cursor.Replace("2 }", "9 }", StringComparison.Ordinal) + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"audits":[E3-4]}""", "Failed: nothing stands at 'next'" },

        // A flag that says "more" is believed whatever else says "end".
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: has_more, is: 'false' } }", """{"audits":[E1-1],"has_more":true}""", "Failed: says that more follow ('has_more'" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: has_more, is: 'false' } }", """{"audits":[E1-1],"next":null,"has_more":true}""", "Failed: says that more follow" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: has_more, is: 'false' } }", """{"audits":[],"next":"","has_more":"true"}""", "Failed: says that more follow" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: has_more, is: 'false' } }", """{"audits":[E1-2],"next":"b","has_more":true}|{"audits":[E3-3],"next":"c","has_more":false}""", "1 2 3" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: done, is: 'true' } }", """{"audits":[E1-1],"done":false}""", "Failed: says that more follow ('done'" },
        { Cursor + "paging: { kind: cursor, path: next, stop: [ empty-page, { path: more, is: 'false' } ] }", """{"audits":[],"next":"b","more":true}|{"audits":[E1-1],"more":false}""", "1" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { header: X-Count, differs: X-Limit } }", """{"audits":[E1-1]}""", "1" },
        { Page + "paging: { kind: page, stop: [ short-page, { path: more, is: 'no' } ] }", """{"audits":[E1-1],"more":"yes"}|{"audits":[E2-2],"more":"no"}""", "1 2" },
        { Page + "paging: { kind: page, stop: { path: more, is: 'no' } }", """{"audits":[E1-5],"more":"yes"}|{"audits":[],"more":"yes"}|{"audits":[E6-6],"more":"no"}""", "1 2 3 4 5 6" },
        { Page + "paging: { kind: page, stop: { path: more, is: 'no' } }", """{"audits":[E1-5],"more":"yes"}|{"audits":[]}""", "1 2 3 4 5" },

        // A 200 with neither the events' member nor anything that paging reads is no end, in the middle of a window and at its start.
        { Cursor + "order: descending\npaging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"message":"Come back later","code":1015}""", "Failed: holds no events at 'audits'" },
        { Cursor + "order: ascending\npaging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"message":"Come back later","code":1015}""", "Failed: holds no events at 'audits'" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"message":"Come back later","code":1015}""", "Failed: holds no events at 'audits'" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|{"error":"x"}""", "Failed: says at 'error': x that something went wrong" },
        { NoPlace + "paging: { kind: none }", """{"error":"x"}""", "Failed: says at 'error': x that something went wrong" },
        { Page.Replace("path: audits", "path: audits, optional: true", StringComparison.Ordinal) + "paging: { kind: page }", """{"audits":[E1-5]}|{"kind":"x"}""", "1 2 3 4 5" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"next":"b"}|{"audits":[E1-1]}""", "1" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"next":null}""", "" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: more, is: 'false' } }", """{"more":false}""", "" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|{"audits":null}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page }", "{}", "" },
        { Page + "paging: { kind: page }", "null", "" },
        { Page + "paging: { kind: page }", "", "" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|{ }""", "Failed: holds no events at 'audits'" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|null""", "Failed: holds no events at 'audits'" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|""", "Failed: is empty in the middle of a window" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|204:""", "Failed: is empty in the middle of a window" },
        { Page.Replace("path: audits", "path: audits, optional: true", StringComparison.Ordinal) + "paging: { kind: page }", """{"audits":[E1-5]}|204:""", "1 2 3 4 5" },

        // A total counts what came, not what was asked for.
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":5}|{"audits":[E3-4],"total":5}|{"audits":[E5-5],"total":5}""", "1 2 3 4 5" },
        { Offset + "paging: { kind: offset, stop: { total: total } }", """{"audits":[E1-2],"total":5}|{"audits":[E3-4],"total":5}|{"audits":[E5-5],"total":5}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":"3.0"}|{"audits":[E3-3],"total":3e0}""", "1 2 3" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":5}|{"audits":[],"total":5}""", "Failed: says that there are 5 events, 2 came" },
        { Offset + "paging: { kind: offset, stop: { total: total } }", """{"audits":[E1-2],"total":5}|{"audits":[],"total":5}""", "Failed: says that there are 5 events, 2 came" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2]}|{"audits":[]}""", "1 2" },

        // A count that is reached is no end where the page is full: the vendor may count no further than it likes (10,000), count the page alone, or not know.
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":5}|{"audits":[E6-7],"total":5}|{"audits":[],"total":5}""", "1 2 3 4 5 6 7" },
        { Offset + "paging: { kind: offset, stop: { total: total } }", """{"audits":[E1-5],"total":-1}|{"audits":[E6-10],"total":0}|{"audits":[],"total":0}""", "1 2 3 4 5 6 7 8 9 10" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":9}|{"audits":[E3-4],"total":4}|{"audits":[E5-5],"total":4}|{"audits":[],"total":4}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { pages: pages } }", """{"audits":[E1-5],"pages":1}|{"audits":[E6-7],"pages":1}|{"audits":[],"pages":1}""", "1 2 3 4 5 6 7" },

        // A count that is less than what came is not that of the window; nor is one that a page of a common length reaches, if it is the page's own.
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":-1}|{"audits":[E3-3],"total":-1}|{"audits":[],"total":-1}""", "1 2 3" },
        { Offset + "paging: { kind: offset, stop: { total: total } }", """{"audits":[E1-2],"total":0}|{"audits":[E3-3],"total":0}|404:{}""", "1 2 3" },
        { Offset + "paging: { kind: offset, stop: { total: total } }", """{"audits":[E1-5],"total":12}|{"audits":[E6-9],"total":8}|{"audits":[E10-10],"total":8}|{"audits":[],"total":8}""", "1 2 3 4 5 6 7 8 9 10" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-2],"total":"1,234"}|{"audits":[E3-3],"total":"many"}|{"audits":[],"total":null}""", "1 2 3" },
        { Page.Replace("5 }", "200 }", StringComparison.Ordinal) + "paging: { kind: page, stop: { total: count } }", """{"audits":[E1-50],"count":50}|{"audits":[E51-52],"count":2}|{"audits":[],"count":0}""", string.Join(' ', Enumerable.Range(1, 52)) },
        { Page + "paging: { kind: page, start: 0, stop: { pages: pages } }", """{"audits":[E1-2],"pages":0}|{"audits":[],"pages":0}""", "1 2" },

        // A vendor that counts from 0, asked from 1 on, leaves out its first page: its number of pages, or its word, shows that.
        { Page + "paging: { kind: page, stop: { pages: pages } }", """{"audits":[E6-8],"pages":2}|{"audits":[],"pages":2}""", "Failed: the vendor's first page may be 0" },
        { Page + "paging: { kind: page, start: 0, stop: { pages: pages } }", """{"audits":[E1-5],"pages":2}|{"audits":[E6-8],"pages":2}""", "1 2 3 4 5 6 7 8" },
        { Page + "paging: { kind: page, stop: { pages: pages } }", """{"audits":[E1-5],"pages":2}|{"audits":[],"pages":2}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { pages: pages } }", """{"audits":[],"pages":1}""", "" },
        { Page + "paging: { kind: page }", """{"first":false,"audits":[E6-8]}""", "Failed: the vendor says ('first' is false) that a page stands before the first one" },
        { Page + "paging: { kind: page }", """{"audits":[],"page":{"has_previous":true}}""", "Failed: the vendor says ('has_previous' is true)" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5],"first":true,"page":{"hasPrevious":false}}|{"audits":[E6-6],"first":false}|{"audits":[]}""", "1 2 3 4 5 6" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-1],"hasPrevious":true,"next":null}""", "1" },
        { Page + "paging: { kind: page, stop: { pages: pages } }", """{"audits":[E1-5],"pages":1}|{"audits":[],"pages":1}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":5}|{"audits":[E1-5],"total":5}""", "1 2 3 4 5 | 1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":5}|404:{}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":10}|404:{}""", "Refused 404" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":5}|500:{}""", "Failed: answered 500" },

        // An answer without events that speaks of an error is no end, wherever the events would stand. Words beside a code of success are none, in any language.
        { NoPlace + "paging: { kind: none }", """{"errcode":0,"errmsg":"请求成功","audits":[]}""", "" },
        { NoPlace + "paging: { kind: none }", """{"errmsg":"请求成功","code":"200","audits":[]}""", "" },
        { NoPlace + "paging: { kind: none }", """{"errmsg":"系统繁忙","errcode":-1,"audits":[]}""", "Failed: says at 'errcode' that something went wrong" },
        { NoPlace + "paging: { kind: none }", """{"errorMessage":"busy","audits":[]}""", "Failed: says at 'errorMessage': busy that something went wrong" },
        { NoPlace + "paging: { kind: none }", """{"code":0,"error":"busy","audits":[]}""", "Failed: says at 'error': busy that something went wrong" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|{"audits":[],"errors":[{"message":"backend"}]}""", "Failed: says at 'errors' that something went wrong" },
        { Page + "paging: { kind: page }", """{"audits":[E1-5]}|{"audits":null,"error":"disk full"}""", "Failed: says at 'error': disk full" },
        { Cursor + "paging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"Error":{"Code":"Busy"},"audits":[],"next":null}""", "Failed: says at 'Error'" },
        { Cursor + "paging: { kind: cursor, path: next, stop: { path: more, is: 'false' } }", """{"audits":[],"more":false,"error_code":14}""", "Failed: says at 'error_code'" },
        { Page.Replace("path: audits", "path: audits, optional: true", StringComparison.Ordinal) + "paging: { kind: page }", """{"fault":{"faultstring":"x"}}""", "Failed: says at 'fault'" },
        { NoPlace + "paging: { kind: none }", """{"audits":[],"error":{"code":0,"message":"Success"},"errors":[],"errmsg":"ok","errcode":0,"fault":null,"exception":{"text":""}}""", "" },
        { NoPlace + "paging: { kind: none }\nerrors: [ { path: error, action: ignore } ]", """{"audits":[],"error":"none that matters"}""", "" },
        { NoPlace + "paging: { kind: none }", """{"audits":[E1-1],"errors":[{"message":"one of many failed"}],"note":{"error":"x"}}""", "1" },

        // A short page is an end only when nothing follows it.
        { Page + "paging: { kind: page, stop: short-page }", "{\"audits\":[E1-2]}|{\"audits\":[E3-4]}|{\"audits\":[]}", "1 2 3 4" },
        { Page + "paging: { kind: page, stop: short-page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-9]}|{\"audits\":[E10-14]}|{\"audits\":[]}", "1 2 3 4 5 6 7 8 9 10 11 12 13 14" },
        { Offset + "paging: { kind: offset, stop: short-page }", "{\"audits\":[E1-2]}|{\"audits\":[E3-4]}|{\"audits\":[]}", "1 2 3 4" },
        { Cursor + "paging: { kind: cursor, path: next, stop: short-page }", """{"audits":[E1-1],"next":"b"}|{"audits":[E2-2],"next":null}""", "1 2" },
        { Page + "paging: { kind: page, stop: [ short-page, { total: total } ] }", """{"audits":[E1-2],"total":3}|{"audits":[E3-3],"total":3}""", "1 2 3" },

        // Some vendors refuse the page after the last one. That is an end after a short page, and only then.
        { Page + "paging: { kind: page, stop: short-page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-7]}|404:{\"detail\":\"Invalid page.\"}", "1 2 3 4 5 6 7" },
        { Page + "paging: { kind: page, stop: short-page }", "{\"audits\":[E1-5]}|404:{\"detail\":\"Invalid page.\"}", "Refused 404" },
        { Page + "paging: { kind: page, stop: short-page }", "{\"audits\":[E1-2]}|{\"audits\":[E3-4]}|404:{}", "Refused 404" },
        { Page + "paging: { kind: page }", "{\"audits\":[E1-2]}|404:{}", "Refused 404" },

        // A page that repeats the page before is the end of what a counting kind can reach; its events came already.
        { Page + "paging: { kind: page }", "{\"audits\":[E1-4]}|{\"audits\":[E1-4]}|{\"audits\":[E1-4]}", "1 2 3 4 | 1 2 3 4" },
        { Page + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-8]}|{\"audits\":[E6-8]}", "1 2 3 4 5 6 7 8 | 6 7 8" },
        { Page + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-10]}|{\"audits\":[E6-10]}", "1 2 3 4 5 6 7 8 9 10 | 6 7 8 9 10" },

        // A full one is not: the number may be sent under a name that the vendor does not know, so that each page is the first one. Nor is what would be
        // all that a vendor gives at once, whatever it is asked for.
        { Page + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E1-5]}", "Failed: does not heed '{page}'" },
        { Offset + "paging: { kind: offset }", "{\"audits\":[E1-5]}|{\"audits\":[E1-5]}", "Failed: does not heed '{offset}'" },
        { Offset.Replace("5 }", "200 }", StringComparison.Ordinal) + "paging: { kind: offset }", "{\"audits\":[E1-100]}|{\"audits\":[E1-100]}", "Failed: does not heed '{offset}'" },
        { Window + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-10]}|{\"audits\":[E6-10]}", "Failed: is the one before again, though it is full (5 events)" },
        { Window + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":5}|{"audits":[E1-5],"total":5}""", "1 2 3 4 5 | 1 2 3 4 5" },

        // Oldest first, and asked from an instant on, a page that comes again is the end of what can be read now: the next window begins at its newest event.
        { Since + "order: ascending\npaging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E1-5]}", "1 2 3 4 5 | 1 2 3 4 5" },
        { Since + "order: descending\npaging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E1-5]}", "Failed: does not heed '{page}'" },
        { Since + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E1-5]}", "Failed: does not heed '{page}'" },

        // Ids that come twice on a page tell no pages apart.
        { Page.Replace("id: id", "id: at", StringComparison.Ordinal) + "paging: { kind: page }", "{\"audits\":[E1-5]}|{\"audits\":[E6-10]}|{\"audits\":[]}", "1 2 3 4 5 6 7 8 9 10" },

        // A flag that says "end" on a full page, though a next page can be asked for, may be read the wrong way round: what comes then shows it.
        { Page + "paging: { kind: page, stop: { path: flag, is: 'a' } }", """{"audits":[E1-5],"flag":"a"}|{"audits":[E6-10],"flag":"a"}|{"audits":[],"flag":"a"}""", "1 2 3 4 5 6 7 8 9 10" },
        { Page + "paging: { kind: page, stop: { path: flag, is: 'a' } }", """{"audits":[E1-5],"flag":"a"}|404:{}""", "1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { path: flag, is: 'a' } }", """{"audits":[E1-5],"flag":"a"}|{"audits":[E1-5],"flag":"a"}""", "1 2 3 4 5 | 1 2 3 4 5" },
        { Page + "paging: { kind: page, stop: { path: flag, is: 'a' } }", """{"audits":[E1-4],"flag":"a"}""", "1 2 3 4" },
        { Offset + "paging: { kind: offset }", "{\"audits\":[E1-3]}|{\"audits\":[E1-3]}|{\"audits\":[E1-3]}", "1 2 3 | 1 2 3" },
        { Page + "paging: { kind: page, stop: { path: more, is: 'no' } }", """{"audits":[E1-5],"more":"yes"}|{"audits":[E1-5],"more":"yes"}""", "Failed: says that more follow" },
        { Page + "paging: { kind: page, stop: { total: total } }", """{"audits":[E1-5],"total":50}|{"audits":[E1-5],"total":50}""", "Failed: says that there are 50 events" },

        // A next link or number that names itself: the end, with the page's own events.
        { Cursor + "order: descending\npaging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"audits":[E3-4],"next":"b"}""", "1 2 3 4" },
        { Cursor + "order: ascending\npaging: { kind: cursor, path: next }", """{"audits":[E1-2],"next":"b"}|{"audits":[E3-4],"next":"b"}""", "1 2 3 4" },
        { Page + "order: descending\npaging: { kind: page, path: next }", """{"audits":[E1-5],"next":2}|{"audits":[E6-9],"next":2}""", "1 2 3 4 5 6 7 8 9" },
        { Cursor + "progress: cursor\npaging: { kind: cursor, path: self }", """{"audits":[E1-2],"self":"a"}|{"audits":[E1-2],"self":"a"}""", "Failed: the next page that is named is the page itself" },
        { Cursor + "progress: cursor\npaging: { kind: cursor, path: self }", """{"audits":[E1-2],"self":"a"}|{"audits":[],"self":"a"}""", "1 2" },
        { Cursor + "progress: cursor\npaging: { kind: cursor, path: next, stop: { path: more, is: 'false' } }", """{"audits":[E1-2],"next":"b","more":true}|{"audits":[E1-2],"next":"b","more":true}""", "Failed: says that more follow" },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task A_window_ends_where_its_end_was_read_and_nowhere_else(string yaml, string answers, string expected)
    {
        var script = answers.Split('|');
        var at = 0;
        await using var server = await ScriptedServer.StartAsync(_ => Answer(at < script.Length ? script[at++] : "500:asked once too often"));
        await using var pull = new Pull();
        var found = await DrainAsync(pull, Pull.DefineYaml(server.BaseUrl, yaml));
        if (expected.Length > 0 && !char.IsAsciiDigit(expected[0]))
        {
            var words = expected.Split(": ", 2);
            Assert.StartsWith(words[0], found, StringComparison.Ordinal);
            Assert.Contains(words[^1], found, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected.Replace(" |", "", StringComparison.Ordinal), found);
        }
    }

    // The ids in the order in which they came, or why the window goes no further.
    private static async Task<string> DrainAsync(Pull pull, SourceDefinition source)
    {
        var ids = new List<string>();
        string? cursor = null;
        var largest = 0;
        while (true)
        {
            switch (await pull.Client.GetPageAsync(source, new PageQuery(Pull.From, pull.Time.GetUtcNow(), cursor) { MostGiven = largest }, CancellationToken.None))
            {
                case PageResult.Page page:
                    using (page.Content)
                    {
                        ids.AddRange(Pull.Events(page).Select(text => System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("id").ToString()));
                        largest = page.Content.Cut.Offered < source.Timing.PageSize ? Math.Max(largest, page.Content.Cut.Offered) : largest;
                    }

                    if (page.End.IsLast)
                    {
                        return string.Join(' ', ids);
                    }

                    cursor = page.End.Cursor;
                    break;
                case PageResult.Failed failed:
                    return $"Failed: {failed.Reason}";
                case var other:
                    return other is PageResult.Refused refused ? $"Refused {refused.StatusCode}: {refused.Reason}" : other.ToString();
            }
        }
    }

    private static ScriptedServer.Reply Answer(string script)
    {
        var status = script.Length > 3 && script[3] == ':' && int.TryParse(script[..3], CultureInfo.InvariantCulture, out var own) ? own : 200;
        var body = Events().Replace(
            script[(script.Length > 3 && script[3] == ':' ? 4 : 0)..],
            match => string.Join(',', Enumerable.Range(Number(match, "from"), Number(match, "to") - Number(match, "from") + 1).Select(id => $$"""{"id":{{id}},"at":"2026-01-01T00:00:00Z"}""")));
        return new(status, body);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("E(?<from>[0-9]+)-(?<to>[0-9]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Events();
}
