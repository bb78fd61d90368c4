using Fablab.Domain.Billing;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class TariffMapping : IEntityTypeConfiguration<Tariff>
{
    public void Configure(EntityTypeBuilder<Tariff> builder)
    {
        builder.ToTable("Tariffs");
        builder.HasIndex(tariff => new { tariff.Name, tariff.Version }).IsUnique();
    }
}

internal sealed class ChargeMapping : IEntityTypeConfiguration<Charge>
{
    public void Configure(EntityTypeBuilder<Charge> builder)
    {
        builder.ToTable("Charges");
        builder.ComplexProperty(charge => charge.Net);

        // A second billing of one session is refused here, whatever the code does.
        builder.HasIndex(charge => charge.Session).IsUnique();
        builder.HasIndex(charge => new { charge.Project, charge.Period });
        builder.HasIndex(charge => charge.Member);
        builder.HasOne<UsageSession>().WithMany().HasForeignKey(charge => charge.Session).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Tariff>().WithMany().HasForeignKey(charge => charge.Tariff).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class InvoiceMapping : IEntityTypeConfiguration<InvoiceRow>
{
    public void Configure(EntityTypeBuilder<InvoiceRow> builder)
    {
        builder.Property(invoice => invoice.Number).HasMaxLength(35);
        builder.HasIndex(invoice => invoice.Number).IsUnique();
        builder.HasIndex(invoice => invoice.Organisation);
        builder.ComplexProperty(invoice => invoice.Net);
        builder.ComplexProperty(invoice => invoice.Gross);
    }
}

internal sealed class InvoiceLineMapping : IEntityTypeConfiguration<InvoiceLineRow>
{
    public void Configure(EntityTypeBuilder<InvoiceLineRow> builder)
    {
        builder.HasKey(line => new { line.Invoice, line.Position });
        builder.HasIndex(line => line.Charge).IsUnique();
        builder.HasOne<InvoiceRow>().WithMany().HasForeignKey(line => line.Invoice).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Charge>().WithOne().HasForeignKey<InvoiceLineRow>(line => line.Charge).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class InvoiceCounterMapping : IEntityTypeConfiguration<InvoiceCounterRow>
{
    public void Configure(EntityTypeBuilder<InvoiceCounterRow> builder) => builder.HasKey(counter => new { counter.LegalEntity, counter.Year });
}

internal sealed class LedgerEntryMapping : IEntityTypeConfiguration<LedgerEntryRow>
{
    public void Configure(EntityTypeBuilder<LedgerEntryRow> builder)
    {
        builder.ComplexProperty(entry => entry.Amount);
        builder.HasIndex(entry => entry.Invoice);
    }
}
