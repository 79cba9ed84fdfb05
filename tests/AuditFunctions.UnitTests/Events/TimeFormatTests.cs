using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Events;

public sealed class TimeFormatTests
{
    private static readonly string[] FixedFormats =
        ["iso8601", "iso8601-s", "iso8601-us", "iso8601-ns", "rfc3339", "rfc2822", "unix-s", "unix-ms", "unix-us", "unix-ns", "json-date"];

    public static TheoryData<string> Names => [.. FixedFormats];

    [Theory]
    [InlineData("iso8601", "2024-01-02T03:04:05.678Z", "2024-01-02T03:04:05.6780000")]
    [InlineData("iso8601", "2024-01-02", "2024-01-02T00:00:00.0000000")]
    [InlineData("iso8601", "2024-01-02 03:04", "2024-01-02T03:04:00.0000000")]
    [InlineData("iso8601", "2024-01-02T03:04Z", "2024-01-02T03:04:00.0000000")]                  // Atlassian's rate-limit reset
    [InlineData("iso8601", "2024-01-02T03:04:05.1234567Z", "2024-01-02T03:04:05.1234567")]       // Entra: seven digits
    [InlineData("iso8601", "2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.1234567")]     // Google Cloud: nine, rounded down
    [InlineData("iso8601", "2024-01-02T03:04:05.99999999999Z", "2024-01-02T03:04:05.9999999")]
    [InlineData("iso8601", "2024-01-02T03:04:05.5+0000", "2024-01-02T03:04:05.5000000")]         // Salesforce, Jira: no colon
    [InlineData("iso8601", "2024-01-02T03:04:05-03:00", "2024-01-02T06:04:05.0000000")]          // 1Password
    [InlineData("iso8601", "2024-01-02T03:04:05+05:30", "2024-01-01T21:34:05.0000000")]
    [InlineData("iso8601", "2024-01-02 03:04:05 +02", "2024-01-02T01:04:05.0000000")]
    [InlineData("iso8601", "2024-01-02t03:04:05z", "2024-01-02T03:04:05.0000000")]
    [InlineData("iso8601", "2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05.0000000")]
    [InlineData("iso8601", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.0000000")]               // a leap second
    [InlineData("iso8601", "2024-02-29T24:00:00Z", "2024-03-01T00:00:00.0000000")]
    [InlineData("rfc3339", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05.0000000")]
    [InlineData("json-date", "/Date(1704164645123)/", "2024-01-02T03:04:05.1230000")]             // CyberArk
    [InlineData("json-date", "/Date(1704164645123+0200)/", "2024-01-02T03:04:05.1230000")]
    [InlineData("json-date", "/Date(-1000)/", "1969-12-31T23:59:59.0000000")]
    [InlineData("rfc2822", "Tue, 02 Jan 2024 03:04:05 -0000", "2024-01-02T03:04:05.0000000")]    // Quay
    [InlineData("rfc2822", "2 jan 24 03:04 EST", "2024-01-02T08:04:00.0000000")]
    [InlineData("rfc2822", "Tue, 2 Jan 2024 03:04:05 +0130 (comment)", "2024-01-02T01:34:05.0000000")]
    [InlineData("rfc2822", "Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05.0000000")]
    [InlineData("unix-s", "1704164645", "2024-01-02T03:04:05.0000000")]
    [InlineData("unix-s", "1704164645.123456789", "2024-01-02T03:04:05.1234567")]                // fractions of a second
    [InlineData("unix-s", "-0.00000001", "1969-12-31T23:59:59.9999999")]                         // down is down, below zero too
    [InlineData("unix-s", "0", "1970-01-01T00:00:00.0000000")]
    [InlineData("unix-ms", "1704164645678", "2024-01-02T03:04:05.6780000")]
    [InlineData("unix-ms", "1795675870123.0", "2026-11-26T06:51:10.1230000")]
    [InlineData("unix-ms", "1795675870123.4567", "2026-11-26T06:51:10.1234567")]
    [InlineData("unix-s", "1795675870.1234567", "2026-11-26T06:51:10.1234567")]
    [InlineData("unix-s", "1.795675841E9", "2026-11-26T06:50:41.0000000")]
    [InlineData("unix-ms", "1.795675841123e+12", "2026-11-26T06:50:41.1230000")]
    [InlineData("unix-us", "1795675841123456e0", "2026-11-26T06:50:41.1234560")]
    [InlineData("unix-ns", "17956758411234567E2", "2026-11-26T06:50:41.1234567")]
    [InlineData("unix-ns", "1795675841123456789.99", "2026-11-26T06:50:41.1234567")]
    [InlineData("unix-s", "179567584112345678e-8", "2026-11-26T06:50:41.1234567")]
    [InlineData("unix-s", "0.0000000001795675841e19", "2026-11-26T06:50:41.0000000")]
    [InlineData("unix-s", "1e-999999", "1970-01-01T00:00:00.0000000")]
    [InlineData("unix-ms", "-0.1", "1969-12-31T23:59:59.9999000")]
    [InlineData("unix-ns", "-0.1", "1969-12-31T23:59:59.9999999")]
    [InlineData("unix-s", "-1e-30", "1969-12-31T23:59:59.9999999")]
    [InlineData("unix-s", "0e0", "1970-01-01T00:00:00.0000000")]
    [InlineData("unix-us", "1704164645678901", "2024-01-02T03:04:05.6789010")]
    [InlineData("unix-ns", "1704164645678901299", "2024-01-02T03:04:05.6789012")]
    [InlineData("unix-ns", "-1", "1969-12-31T23:59:59.9999999")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2024-01-02 03:04:05", "2024-01-02T03:04:05.0000000")]
    [InlineData("MM/dd/yyyy", "01/02/2024", "2024-01-02T00:00:00.0000000")]
    [InlineData("yyyyMMddHHmmss", "20240102030405", "2024-01-02T03:04:05.0000000")]
    [InlineData("yyyy-MM-dd HH:mm:ss zzz", "2024-01-02 03:04:05 +02:00", "2024-01-02T01:04:05.0000000")]
    [InlineData("yyyyMMdd'T'HHmmssZ", "20240102T030405Z", "2024-01-02T03:04:05.0000000")]
    public void Vendors_times_are_read(string format, string text, string utc)
    {
        Assert.True(Format(format).TryRead(Encoding.UTF8.GetBytes(text), out DateTimeOffset instant));
        Assert.Equal(utc, instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, instant.Offset);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2024-01-02 03:04:05", "2024-01-02T02:04:05Z")]
    [InlineData("Europe/Berlin", "2024-07-02 03:04:05", "2024-07-02T01:04:05Z")]
    [InlineData("Europe/Berlin", "2024-10-27 02:30:00", "2024-10-27T00:30:00Z")]        // twice: the earlier, in summer time
    [InlineData("Europe/Berlin", "2024-10-27 03:00:00", "2024-10-27T02:00:00Z")]
    [InlineData("Europe/Berlin", "2024-03-31 02:30:00", "2024-03-31T01:30:00Z")]        // never: as 03:30, in summer time
    [InlineData("Europe/Berlin", "2024-03-31 03:30:00", "2024-03-31T01:30:00Z")]
    [InlineData("America/New_York", "2024-11-03 01:30:00", "2024-11-03T05:30:00Z")]
    [InlineData("America/New_York", "2024-03-10 02:30:00", "2024-03-10T07:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2024-10-06 02:15:00", "2024-10-05T15:45:00Z")]  // half an hour is skipped
    [InlineData("Asia/Singapore", "2024-01-02 03:04:05", "2024-01-01T19:04:05Z")]
    [InlineData("Europe/Berlin", "2024-07-02 03:04:05Z", "2024-07-02T03:04:05Z")]       // the text's own zone counts more
    public void Text_without_a_zone_is_read_in_the_formats_zone(string zone, string text, string utc)
    {
        Assert.True(Format("iso8601", zone).TryRead(Encoding.UTF8.GetBytes(text), out DateTimeOffset instant));
        Assert.Equal(utc, Format("iso8601-s").Write(instant));
        if (!text.EndsWith('Z'))
        {
            Assert.True(Format("yyyy-MM-dd HH:mm:ss", zone).TryRead(Encoding.UTF8.GetBytes(text), out DateTimeOffset custom));
            Assert.Equal(instant, custom);
        }
    }

    [Theory]
    [InlineData("iso8601", "")]
    [InlineData("iso8601", "2024-01")]
    [InlineData("iso8601", "2023-02-29")]
    [InlineData("iso8601", "2024-13-01")]
    [InlineData("iso8601", "2024-01-02T25:00")]
    [InlineData("iso8601", "2024-01-02T24:00:01Z")]
    [InlineData("iso8601", "2024-01-02T03:04:")]
    [InlineData("iso8601", "2024-01-02T03:04:05.Z")]
    [InlineData("iso8601", "2024-01-02T03:04:05Zx")]
    [InlineData("iso8601", "2024-01-02T03:04:05+2")]
    [InlineData("iso8601", "2024-01-02T03:04:05+02:60")]
    [InlineData("iso8601", "0001-01-01T00:00:00+01:00")]            // before the first instant
    [InlineData("iso8601", "9999-12-31T23:59:59-01:00")]
    [InlineData("iso8601", "9999-12-31T24:00:00Z")]
    [InlineData("json-date", "/Date()/")]
    [InlineData("json-date", "/Date(-)/")]
    [InlineData("json-date", "/Date(1e3)/")]
    [InlineData("json-date", "/Date(1704164645123+02)/")]
    [InlineData("json-date", "/Date(99999999999999999)/")]
    [InlineData("json-date", "1704164645123")]
    [InlineData("rfc2822", "Tue, 02 Foo 2024 03:04:05 GMT")]
    [InlineData("rfc2822", "Tue 02 Jan 2024 03:04:05 GMT")]
    [InlineData("rfc2822", "Tue, 02 Jan 2024 03:04:05 A")]          // military letters were never agreed on
    [InlineData("unix-s", "")]
    [InlineData("unix-s", "-")]
    [InlineData("unix-s", "1.")]
    [InlineData("unix-s", ".5")]
    [InlineData("unix-s", "1e")]
    [InlineData("unix-s", "1e+")]
    [InlineData("unix-s", "1e9x")]
    [InlineData("unix-s", "1e999999999999")]
    [InlineData("unix-ns", "1e9999")]
    [InlineData("unix-s", "+1")]
    [InlineData("unix-s", "253402300800")]                          // year 10000
    [InlineData("unix-s", "-62135596801")]
    [InlineData("unix-ns", "9999999999999999999999999999999999999999")]
    [InlineData("MM/dd/yyyy", "2024-01-02")]
    public void What_is_no_time_is_refused(string format, string text) =>
        Assert.False(Format(format).TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("iso8601", "2026-01-02T03:04:05.678Z")]
    [InlineData("iso8601-s", "2026-01-02T03:04:05Z")]
    [InlineData("iso8601-us", "2026-01-02T03:04:05.678901Z")]
    [InlineData("iso8601-ns", "2026-01-02T03:04:05.678901200Z")]
    [InlineData("rfc3339", "2026-01-02T03:04:05+00:00")]
    [InlineData("rfc2822", "Fri, 02 Jan 2026 03:04:05 +0000")]
    [InlineData("unix-s", "1767323045")]
    [InlineData("unix-ms", "1767323045678")]
    [InlineData("unix-us", "1767323045678901")]
    [InlineData("unix-ns", "1767323045678901200")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-01-02 04:04:05")]      // in the zone
    [InlineData("yyyy-MM-dd HH:mm:sszzz", "2026-01-02 04:04:05+01:00")]
    [InlineData("yyyyMMddHHmmssZ", "20260102030405Z")]              // says UTC
    [InlineData("yyyy-MM-ddTHH:mm:00Z", "2026-01-02T03:04:00Z")]    // OCI takes whole minutes only
    public void Requests_are_written(string format, string text)
    {
        var instant = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)).AddTicks(6789012);
        Assert.Equal(text, Format(format, "Europe/Berlin").Write(instant));
    }

    [Theory]
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:ss", "2026-11-01T07:45:00Z", "2026-11-01 00:59:59", "2026-11-01 02:00:00")]   // 01:45 summer time
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:ss", "2026-11-01T08:15:00Z", "2026-11-01 00:59:59", "2026-11-01 02:00:00")]   // 01:15 winter time
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:ss", "2026-11-01T07:00:00Z", "2026-11-01 00:59:59", "2026-11-01 02:00:00")]
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:ss", "2026-11-01T06:59:59Z", "2026-11-01 00:59:59", "2026-11-01 00:59:59")]
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:ss", "2026-11-01T09:00:00Z", "2026-11-01 02:00:00", "2026-11-01 02:00:00")]
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm", "2026-11-01T07:45:00Z", "2026-11-01 00:59", "2026-11-01 02:00")]
    [InlineData("America/Denver", "yyyy-MM-dd HH:mm:sszzz", "2026-11-01T07:45:00Z", "2026-11-01 01:45:00-06:00", "2026-11-01 01:45:00-06:00")]
    [InlineData("America/Denver", "unix-s", "2026-11-01T07:45:00Z", "1793519100", "1793519100")]
    [InlineData("Australia/Lord_Howe", "yyyy-MM-dd HH:mm:ss", "2026-04-04T15:10:00Z", "2026-04-05 01:29:59", "2026-04-05 02:00:00")] // half an hour
    [InlineData("", "yyyy-MM-dd HH:mm:ss", "2026-11-01T07:45:00Z", "2026-11-01 07:45:00", "2026-11-01 07:45:00")]
    public void Bounds_whose_text_stands_twice_are_widened_to_those_that_do_not(string zone, string format, string instant, string start, string end)
    {
        var at = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((start, end), (Format(format, zone).WriteStart(at), Format(format, zone).WriteEnd(at)));
    }

    [Fact]
    public void Windows_in_a_zone_start_before_they_end_wherever_clocks_change()
    {
        var format = Format("yyyy-MM-dd HH:mm:ss", "America/Denver");
        for (var from = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero); from.Day == 1; from = from.AddMinutes(7))
        {
            var (start, end) = (format.WriteStart(from), format.WriteEnd(from.AddMinutes(30)));
            Assert.True(string.CompareOrdinal(start, end) < 0, $"{from}: {start} to {end}");
        }
    }

    [Theory]
    [InlineData("dd/MM/yyyy HH:mm:ss", "\"26\\/11\\/2026 06:55:08\"", "2026-11-26T06:55:08")]
    [InlineData("iso8601", "\"2026-11-26T06:55:08\\u005a\"", "2026-11-26T06:55:08")]
    [InlineData("iso8601", "\"\\u0032026-11-26T06:55:08Z\"", "2026-11-26T06:55:08")]
    [InlineData("unix-s", "1795676108", "2026-11-26T06:55:08")]
    [InlineData("unix-s", "\"1795676108\"", "2026-11-26T06:55:08")]
    [InlineData("unix-s", "true", null)]
    [InlineData("unix-s", "[1795676108]", null)]
    [InlineData("iso8601", "\"2026-11-26\\n\"", null)]
    public void Escapes_of_a_value_are_resolved(string format, string json, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var read = Format(format).TryRead(bytes, JsonSlice.Of(bytes, 0, bytes.Length), out var instant);
        Assert.Equal(expected, read ? instant.ToString("s", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    [Theory]
    [InlineData("iso-8601")]
    [InlineData("unix")]
    [InlineData("UNIX-S")]
    [InlineData("HH:mm:ss")]
    [InlineData("yyyy")]
    [InlineData("o")]
    [InlineData("")]
    [InlineData("yyyy-MM-dd'")]
    [InlineData("yyyy-MM-dd hh:mm:ss")]     // the evening would be read as the morning
    [InlineData("dd/MM/yyyy h:mm")]
    public void Unknown_formats_are_refused_with_the_known_ones(string text)
    {
        Assert.False(TimeFormat.TryParse(text, null, out TimeFormat? format, out string? error));
        Assert.Null(format);
        Assert.StartsWith($"'{text}' is no time format. Allowed are iso8601, ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_zone_is_refused()
    {
        Assert.False(TimeFormat.TryParse("iso8601", "Europe/Atlantis", out _, out string? error));
        Assert.Equal("'Europe/Atlantis' is no time zone known here. Allowed are IANA names such as Europe/Berlin.", error);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_reads_back_rounded_down(string name) => ForInstants(instant =>
    {
        TimeFormat format = Format(name);
        string text = format.Write(instant);
        Assert.True(format.TryRead(Encoding.UTF8.GetBytes(text), out DateTimeOffset read), text);
        Assert.InRange(instant - read, TimeSpan.Zero, TimeSpan.FromTicks(Precision(name).Ticks - 1));
        Assert.Equal(text, format.Write(read));
    });

    [Fact]
    public void ISO_times_agree_with_the_framework() => ForInstants(instant =>
    {
        foreach (string pattern in new[] { "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", "yyyy-MM-dd HH:mm:ss.ffff zzz", "yyyy-MM-dd'T'HH:mmzzz" })
        {
            TimeSpan offset = TimeSpan.FromMinutes((instant.Ticks % 1600) - 800);
            string text = instant.ToOffset(offset).ToString(pattern, CultureInfo.InvariantCulture);
            Assert.True(Format("iso8601").TryRead(Encoding.UTF8.GetBytes(text), out DateTimeOffset read), text);
            Assert.Equal(DateTimeOffset.ParseExact(text, pattern, CultureInfo.InvariantCulture), read);
        }
    });

    [Fact]
    public void Any_bytes_are_read_or_refused_but_never_thrown_at() => Check.One(
        Law.Cases(5000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            byte[] bytes = "2024-01-02T03:04:05.678+01:00"u8.ToArray();
            for (int i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)random.Next(' ', ':');
            }

            byte[] text = bytes[random.Next(bytes.Length)..];
            foreach (string name in FixedFormats.Append("yyyy-MM-dd"))
            {
                _ = Format(name).TryRead(text, out _);
                _ = Format(name, "Europe/Berlin").TryRead(bytes, out _);
            }
        }));

    [Fact]
    public void Reading_the_usual_formats_allocates_nothing()
    {
        TimeFormat iso = Format("iso8601");
        TimeFormat unix = Format("unix-ms");
        Assert.True(iso.TryRead("2024-01-02T03:04:05.678Z"u8, out _) && unix.TryRead("1704164645678"u8, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = iso.TryRead("2024-01-02T03:04:05.678Z"u8, out _) && unix.TryRead("1704164645678"u8, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(read);
    }

    private static TimeSpan Precision(string name) => name switch
    {
        "iso8601" or "unix-ms" => TimeSpan.FromMilliseconds(1),
        "iso8601-us" or "unix-us" => TimeSpan.FromMicroseconds(1),
        "iso8601-ns" or "unix-ns" => TimeSpan.FromTicks(1),
        _ => TimeSpan.FromSeconds(1),
    };

    private static void ForInstants(Action<DateTimeOffset> law) => Check.One(
        Law.Cases(2000),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            // A day inside either end, so that an offset does not leave the years 1 to 9999.
            long ticks = new Random(seed).NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay);
            law(new DateTimeOffset(ticks, TimeSpan.Zero));
        }));

    private static TimeFormat Format(string text, string? zone = null)
    {
        Assert.True(TimeFormat.TryParse(text, zone, out TimeFormat? format, out string? error), error);
        return format;
    }
}
