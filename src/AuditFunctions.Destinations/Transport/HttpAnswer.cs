using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Transport;

/// <summary>An answer to a request, as far as it was read.</summary>
internal readonly ref struct HttpAnswer
{
    /// <summary>Its status.</summary>
    public required int Status { get; init; }

    /// <summary>Its media type, such as <c>application/json</c>; null when it names none.</summary>
    public string? MediaType { get; init; }

    /// <summary>Whether it names a version of what was stored (header <c>ETag</c>).</summary>
    public bool HasTag { get; init; }

    /// <summary>Its body, or the start of it.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Whether that is all of it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Events of the body that was sent; 0 when none was.</summary>
    public int Events { get; init; }

    /// <summary>Whether it is a page for people: from a proxy, a load balancer or a sign-in form. No destination answers a machine like that.</summary>
    public bool IsPage
    {
        get
        {
            var start = Start;
            return start is [(byte)'<', (byte)'!' or (byte)'?' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'), ..];
        }
    }

    /// <summary>Whether it is such a page in HTML: an error in XML may be a service's own.</summary>
    public bool IsHtml => IsPage && (MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true || StartsWith("<!doctype html"u8) || StartsWith("<html"u8));

    private ReadOnlySpan<byte> Start => Body[ByteOrderMark.LengthOf(Body)..].TrimStart(" \r\n\t"u8);

    private bool StartsWith(ReadOnlySpan<byte> word) => Start.Length >= word.Length && Ascii.EqualsIgnoreCase(Start[..word.Length], word);
}
