using AuditFunctions.Configuration;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Paging.Cursor;
using AuditFunctions.Sources.Paging.Keyset;
using AuditFunctions.Sources.Paging.LastEvent;
using AuditFunctions.Sources.Paging.LinkHeader;
using AuditFunctions.Sources.Paging.NextUrl;
using AuditFunctions.Sources.Paging.None;
using AuditFunctions.Sources.Paging.Offset;
using AuditFunctions.Sources.Paging.PageNumber;
using AuditFunctions.Sources.Paging.Script;
using AuditFunctions.Sources.Paging.ServerPosition;
using AuditFunctions.Sources.Paging.TimeAdvance;

namespace AuditFunctions.Sources.Catalogs;

/// <summary>Every kind of paging: one line each. The first is the default.</summary>
internal static class PagingCatalog
{
    public static Catalog<PagingEntry> Kinds { get; } = new(
        "paging kinds",
        NoPaging.Entry,
        LinkHeaderPaging.Entry,
        CursorPaging.Entry,
        KeysetPaging.Entry,
        NextUrlPaging.Entry,
        PageNumberPaging.Entry,
        OffsetPaging.Entry,
        LastEventPaging.Entry,
        TimeAdvancePaging.Entry,
        ServerPositionPaging.Entry,
        ScriptPaging.Entry);
}
