using System.Globalization;
using System.Text;

namespace AuditFunctions.Tests.Crashes;

/// <summary>The events of the newest-first source: some are so large, and so hard to compress, that their batch needs a blob.</summary>
internal static class SweepEvents
{
    public const int Count = 13;

    private const int LargeBytes = 56_000;

    public static IReadOnlyList<string> Ids { get; } = [.. Enumerable.Range(0, Count).Select(IdOf)];

    public static byte[] Of(int number)
    {
        var time = new DateTime(2026, 1, 1, 0, 0, number, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var noise = new byte[number % 6 == 2 ? LargeBytes : 12];
        new Random(number).NextBytes(noise);
        return Encoding.UTF8.GetBytes($$"""{"id":"{{IdOf(number)}}","time":"{{time}}","noise":"{{Convert.ToBase64String(noise)}}"}""");
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"newest-{number:00}");
}
