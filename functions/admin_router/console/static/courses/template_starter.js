// What somebody finds who writes a template of their own: small, whole, and printable as it stands.

export const STARTER = `<style>
  @page { size: A4 landscape; margin: 0 }
  body { margin: 0; text-align: center; font-family: "Noto Sans", sans-serif; color: #222 }
  .sheet { height: 209mm; padding: 28mm 25mm; box-sizing: border-box; border: 4mm solid #1f3a5f }
  h1 { margin: 0 0 10mm; font-size: 34pt; color: #1f3a5f }
  .name { margin: 6mm 0; font-size: 28pt; font-weight: bold }
  .course { margin: 6mm 0 10mm; font-size: 18pt }
  .small { font-size: 9pt; color: #555 }
</style>
<div class="sheet">
  <h1>Certificate</h1>
  <p>This is to certify that</p>
  <p class="name">{{ learner_name }}</p>
  <p>of {{ organization }} has completed the course</p>
  <p class="course">{{ course_name }}</p>
  <p>{{ completion_date }}</p>
  <p><img src="{{ qr_code }}" alt="" style="width: 25mm"></p>
  <p class="small">{{ certificate_number }}</p>
</div>
`;
