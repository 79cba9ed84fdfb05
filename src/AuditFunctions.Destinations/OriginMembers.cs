using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>
/// The members of a frame that say more of where an event comes from than its source and partition: <c>"template":"…","vendor":"…","fetched":"…"</c>. What is not known is
/// left out. Immutable.
/// </summary>
/// <param name="template">Name of the template's member.</param>
/// <param name="vendor">Name of the vendor's.</param>
/// <param name="fetched">Name of the fetch time's; null where it stands elsewhere.</param>
internal sealed class OriginMembers(string template = "template", string vendor = "vendor", string? fetched = "fetched")
{
    // The longest instant, and what stands around each of the three values.
    private const int InstantBytes = 32;
    private readonly byte[] _template = Encoding.UTF8.GetBytes($",\"{template}\":\"");
    private readonly byte[] _vendor = Encoding.UTF8.GetBytes($",\"{vendor}\":\"");
    private readonly byte[]? _fetched = fetched is null ? null : Encoding.UTF8.GetBytes($",\"{fetched}\":\"");

    /// <summary>Most bytes that they take.</summary>
    public int BytesOf(in BodyContext context) => _template.Length + _vendor.Length + (_fetched?.Length ?? 0) + InstantBytes + TextBytes(context);

    /// <summary>Most bytes that the template's and the vendor's names take as JSON.</summary>
    public static int TextBytes(in BodyContext context) => 6 * ((context.Template?.Length ?? 0) + (context.Vendor?.Length ?? 0));

    /// <summary>Writes them, each with a comma before it.</summary>
    public void Write(ref FrameWriter frame, in BodyContext context)
    {
        Write(ref frame, _template, context.Template);
        Write(ref frame, _vendor, context.Vendor);
        if (_fetched is not null && context.FetchedAt is { } fetchedAt)
        {
            frame.Write(_fetched);
            frame.WriteInstant(fetchedAt);
            frame.Write("\""u8);
        }
    }

    private static void Write(ref FrameWriter frame, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            frame.Write(name);
            frame.WriteJsonText(text);
            frame.Write("\""u8);
        }
    }
}
